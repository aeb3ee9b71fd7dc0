/** Whether a person is at work on the page, so that a page left open does not keep a session alive. */

let wasTouched = true;

/** Notices a person's hands on the page: pointer and keys. */
export function watchActivity(page: Document): void {
  const notice = () => {
    wasTouched = true;
  };
  for (const sign of ['pointerdown', 'keydown', 'wheel'] as const) {
    page.addEventListener(sign, notice, { capture: true, passive: true });
  }
}

/** Whether the page was touched since this was asked last. */
export function takeActivity(): boolean {
  const before = wasTouched;
  wasTouched = false;
  return before;
}
