/**
 * A secret on its way through the operator. Guarantee: it comes out only by `open`, whose one caller is the write
 * that delivers it; printed, logged, compared or put into JSON it is `[sealed]`.
 */
export class Sealed {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  open(): string {
    return this.#text;
  }

  toString(): string {
    return sealedMark;
  }

  toJSON(): string {
    return sealedMark;
  }
}

/** Stands for the secret where a plan shows what is to be written. */
export const sealedMark = '[sealed]';
