/** Asks the person to show again who they are; resolves to whether they did. */
type Ask = () => Promise<boolean>;

let ask: Ask | undefined;
let asked: Promise<boolean> | undefined;

/** The page's way to ask; answers how to take it away again. */
export function askForProofBy(way: Ask): () => void {
  ask = way;
  return () => {
    if (ask === way) ask = undefined;
  };
}

/** One question, however many calls wait for its answer. False where nobody can be asked. */
export function askForProof(): Promise<boolean> {
  asked ??= (ask?.() ?? Promise.resolve(false)).finally(() => {
    asked = undefined;
  });
  return asked;
}
