/** Something the person at the terminal has to put right; the message is Chinese and says how. */
export class StartError extends Error {}
