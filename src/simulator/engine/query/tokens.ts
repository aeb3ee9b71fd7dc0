/** Splits a query into tokens, each with the column that parser faults name. */

import { queryNotParsed, ServiceFault } from '../service-fault.js';

export type TokenKind = 'WORD' | 'STRING' | 'NUMBER' | 'SYMBOL' | 'EOF';

export interface Token {
  kind: TokenKind;
  /** A string's value without quotes; anything else as written. */
  text: string;
  /** From 1. */
  column: number;
}

const WORD = '([A-Za-z_][A-Za-z0-9_.]*)';
const NUMBER = '(-?\\d+(?:\\.\\d+)?)';
const STRING = "'((?:[^'\\\\]|\\\\[\\s\\S])*)'";
const SYMBOL = '(<=|>=|[=<>(),*])';
const STRAY = '(\\S)';
const TOKEN = new RegExp(`\\s*(?:${[WORD, NUMBER, STRING, SYMBOL, STRAY].join('|')})`, 'y');

/** Longest statement read. */
const STATEMENT_MAX = 100_000;

export function tokenize(statement: string): Token[] {
  if (statement.length > STATEMENT_MAX) {
    throw new ServiceFault([queryNotParsed('the statement is too long.')]);
  }
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (;;) {
    const match = TOKEN.exec(statement);
    if (match === null) break;
    const [whole, word, number, quoted, symbol, stray] = match;
    const column = match.index + (whole.length - whole.trimStart().length) + 1;
    if (word !== undefined) tokens.push({ kind: 'WORD', text: word, column });
    else if (number !== undefined) tokens.push({ kind: 'NUMBER', text: number, column });
    else if (quoted !== undefined) {
      tokens.push({ kind: 'STRING', text: unescaped(quoted), column });
    } else if (symbol !== undefined) tokens.push({ kind: 'SYMBOL', text: symbol, column });
    else throw lexicalFault(stray ?? '', column);
  }
  tokens.push({ kind: 'EOF', text: '<EOF>', column: statement.length + 1 });
  return tokens;
}

/** A backslash escapes the character behind it. */
function unescaped(quoted: string): string {
  return quoted.replace(/\\([\s\S])/g, '$1');
}

function lexicalFault(character: string, column: number): ServiceFault {
  return new ServiceFault([
    queryNotParsed(
      `Lexical error at line 1, column ${column}.  Encountered: "${character}" ` +
        `(${character.codePointAt(0) ?? 0}), after : ""`,
    ),
  ]);
}
