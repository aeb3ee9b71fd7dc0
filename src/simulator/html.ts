/** Markup of the pages that people see. Nothing they hold comes unescaped. */

import { escapeXml } from './xml/escape.js';

export function field(type: string, name: string, value: string, state = ''): string {
  return `<input type="${type}" name="${escapeXml(name)}" value="${escapeXml(value)}" ${state}>`;
}

export function code(text: string): string {
  return `<code>${escapeXml(text)}</code>`;
}

const STYLE = `
body{font:16px/1.5 system-ui,sans-serif;color:#1c1f23;background:#eef1f0;margin:0}
main{max-width:34rem;margin:8vh auto;padding:2rem 2.5rem;background:#fff;border-radius:12px;
box-shadow:0 2px 18px #0002}
h1{font-size:1.4rem;margin:0 0 1.5rem}
fieldset{min-width:0;border:1px solid #d5dad8;border-radius:8px;margin:0 0 1.25rem;padding:.5rem 1rem}
legend{padding:0 .4rem;color:#4b5358}
label,fieldset p{display:flex;gap:.6rem;align-items:center;margin:.4rem 0}
input[type=text],input[type=date]{font:inherit;min-width:0;flex:1;padding:.4rem .6rem;border:1px solid #aeb6b3;
border-radius:6px}
summary{cursor:pointer}
[role=alert]{color:#a01818}
[role=status]{color:#0b6b2f}
.company{padding:.3rem 0;cursor:pointer}
.company:has(:checked){color:#0b6b2f}
code{min-width:0;overflow-wrap:anywhere}
small,.note{color:#5c656a}
.decision{display:flex;gap:.75rem}
button{font:inherit;padding:.5rem 1.4rem;border:1px solid #2c8a4b;border-radius:6px;
background:#2c8a4b;color:#fff;cursor:pointer}
button.quiet{background:#fff;color:#1c1f23;border-color:#aeb6b3}
button:disabled{opacity:.5;cursor:default}
.note{font-size:.85rem;margin:1.5rem 0 0}
@media (max-width:30rem){main{margin:0;padding:1.25rem;border-radius:0}}
`;

/** A whole page; `body` is markup already. */
export function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeXml(title)}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>${STYLE}</style></head>
<body><main>${body}</main></body></html>`;
}
