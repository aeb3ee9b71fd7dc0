/** One thing the doctor looked at. An error means: do not start like this. */
export interface Finding {
  severity: 'ok' | 'warning' | 'error';
  text: string;
}

export const ok = (text: string): Finding => ({ severity: 'ok', text });
export const warning = (text: string): Finding => ({ severity: 'warning', text });
export const error = (text: string): Finding => ({ severity: 'error', text });
