/** What an argument is called, in words. */
function getWords(name: string): readonly string[] {
  const last = name.split('.').at(-1) ?? name
  return last
    .replace(/\[\d*\]/g, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s_]+/)
    .filter((word) => word !== '')
}

const recipients =
  /^(?:to|recipients?|receivers?|dst|dest|destination|beneficiary|beneficiaries|payees?|behalf|owners?|accounts?|users?|wallets?|holders?|traders?|borrowers?|refundee|operators?|spenders?|delegatees?|referrers?|referral|affiliate|collector|treasury)$/
/** What is a token or a place of trade, such as `tokenTo`, receives nothing. */
const things =
  /^(?:token|asset|currency|coin|pool|pair|market|vault|collateral|domain|chain|id|index|type)s?$/
const instructions =
  /^(?:calldata|commands?|data|inputs?|instructions?|message|params|path|payload|program|route|script)$/
const targets =
  /^(?:callee|contract|executor|implementation|module|plugin|target|targets)$/

/** Whether an argument names somebody who gets something, or a right to it. */
export function isRecipient(name: string): boolean {
  const words = getWords(name)
  return (
    words.some((word) => recipients.test(word)) &&
    !words.some((word) => things.test(word))
  )
}

/** Whether a text may say where something goes, as bridges have it. */
export function isPlace(name: string): boolean {
  return isRecipient(name) || getWords(name).includes('address')
}

/** Whether a text may be more than words for people. */
export function isInstruction(name: string): boolean {
  return getWords(name).some((word) => instructions.test(word))
}

/** Whether an argument names a contract that is called with what is beside it. */
export function isTarget(name: string): boolean {
  return getWords(name).some((word) => targets.test(word))
}
