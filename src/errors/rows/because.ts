/** Ends a sentence with somebody's own words, where there are any. */
export const because = (reason: string) => (reason ? `: ${reason}.` : '.')
