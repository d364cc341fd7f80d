/** An error whose message is a Chinese sentence for a person to read. */
export class ToldError extends Error {}
