/**
 * The path of the program: `CFLINT_BINARY` if that is set, otherwise the one from the package for this platform.
 *
 * @throws if there is none; the message says what to do.
 */
export function binary(): string;

/** What to do about an error from starting the program. */
export function explain(program: string, error: Error): string;
