import { pad } from 'viem'
import { startLocalChain } from '../../src/local/startLocalChain.ts'
import { createStack, compileExample, agentKey, recipient } from './sdkStack.ts'
const localChain = await startLocalChain()
const tally: Record<string, number> = {}
try {
  const s = await createStack({ localChain, salt: pad('0x23'), version: '0.8' })
  const policy = compileExample(s.token, { limits: [{ amount: '1', asset: 'TUSD', per: { every: '60s' } }, { amount: '1', asset: 'ETH', per: { every: '75s' } }] } as never)
  await s.settle(await s.owner.installPolicyValidator({ grant: { agent: agentKey.address, policy } }))
  const agent = await s.createAgent({ policy })
  const t0 = Date.now()
  let lastCode = ''
  while (Date.now() - t0 < 400_000) {
    const r = await agent.sendCalls({ calls: [{ to: recipient, value: 1n }, s.pay('0.2')] }).then(() => 'ok', (e) => `${e.code}`)
    tally[r] = (tally[r] ?? 0) + 1
    if (r !== lastCode) { console.log(Math.round((Date.now() - t0)/1000), 's; minute', (Date.now()/1000 % 60).toFixed(1), '75s', (Date.now()/1000 % 75).toFixed(1), r); lastCode = r }
    await new Promise((x) => setTimeout(x, r === 'ok' ? 50 : 900))
  }
  console.log(tally)
} finally { await localChain.stop() }
