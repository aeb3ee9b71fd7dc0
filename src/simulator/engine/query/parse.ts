/**
 * The query language (Intuit page "data queries"):
 *
 *   SELECT * | COUNT(*) | columns FROM Entity [WHERE p op v [AND …]]
 *     [ORDERBY p [ASC|DESC], …] [STARTPOSITION n] [MAXRESULTS m]
 *
 * No OR, no `!=`, no joins. Words are not case sensitive. Values are quoted, booleans may be bare.
 */

import { queryInvalid, queryNotParsed, ServiceFault } from '../service-fault.js';
import { type Token, tokenize } from './tokens.js';

export type Operator = '=' | '<' | '>' | '<=' | '>=' | 'IN' | 'LIKE';

export interface Condition {
  property: string;
  operator: Operator;
  /** One value; several for IN. */
  values: string[];
}

export interface Ordering {
  property: string;
  descending: boolean;
}

export interface Query {
  entity: string;
  count: boolean;
  conditions: Condition[];
  orderings: Ordering[];
  startPosition: number;
  maxResults: number | undefined;
}

/**
 * @param today what `CURRENT_DATE` stands for; in quotes it is a text like any other
 * @throws ServiceFault 4000 for a statement that does not parse, 4001 for a bad page number
 */
export function parseQuery(statement: string, today: string): Query {
  return new Parser(tokenize(statement), today).query();
}

class Parser {
  #position = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly today: string,
  ) {}

  query(): Query {
    this.#word('SELECT');
    const count = this.#selection();
    this.#word('FROM');
    const query: Query = {
      entity: this.#take('WORD').text,
      count,
      conditions: this.#isWord('WHERE') ? this.#conditions() : [],
      orderings: this.#isWord('ORDERBY') ? this.#orderings() : [],
      startPosition: 1,
      maxResults: undefined,
    };
    // Recorded: the two paging words come in either order.
    while (this.#next().kind !== 'EOF') {
      if (this.#isWord('STARTPOSITION')) query.startPosition = this.#pageNumber();
      else if (this.#isWord('MAXRESULTS')) query.maxResults = this.#pageNumber();
      else throw this.#unexpected();
    }
    return query;
  }

  #selection(): boolean {
    if (this.#isSymbol('*')) return false;
    const first = this.#take('WORD');
    if (first.text.toUpperCase() === 'COUNT' && this.#isSymbol('(')) {
      this.#symbol('*');
      this.#symbol(')');
      return true;
    }
    // Columns parse, but all members are answered.
    while (this.#isSymbol(',')) this.#take('WORD');
    return false;
  }

  #conditions(): Condition[] {
    const conditions = [this.#condition()];
    while (this.#isWord('AND')) conditions.push(this.#condition());
    return conditions;
  }

  #condition(): Condition {
    const property = this.#take('WORD').text;
    if (this.#isWord('IN')) return { property, operator: 'IN', values: this.#list() };
    if (this.#isWord('LIKE')) return { property, operator: 'LIKE', values: [this.#value()] };
    const token = this.#next();
    const operator = comparison(token.text);
    if (token.kind !== 'SYMBOL' || operator === undefined) throw this.#unexpected();
    this.#position += 1;
    return { property, operator, values: [this.#value()] };
  }

  #list(): string[] {
    this.#symbol('(');
    const values = [this.#value()];
    while (this.#isSymbol(',')) values.push(this.#value());
    this.#symbol(')');
    return values;
  }

  #value(): string {
    if (this.#isWord('CURRENT_DATE')) return this.today;
    const token = this.#next();
    const bare = token.kind === 'WORD' && /^(true|false)$/i.test(token.text);
    if (token.kind !== 'STRING' && !bare) throw this.#unexpected();
    this.#position += 1;
    return token.text;
  }

  #orderings(): Ordering[] {
    const orderings: Ordering[] = [];
    do {
      const property = this.#take('WORD').text;
      const descending = this.#isWord('DESC');
      if (!descending) this.#isWord('ASC');
      orderings.push({ property, descending });
    } while (this.#isSymbol(','));
    return orderings;
  }

  #pageNumber(): number {
    const number = Number(this.#take('NUMBER').text);
    if (number < 1) {
      const detail = `value ${number} is too small. Min allowed value is 1`;
      throw new ServiceFault([queryInvalid(detail)]);
    }
    return Math.floor(number);
  }

  #next(): Token {
    return this.tokens[this.#position] ?? { kind: 'EOF', text: '<EOF>', column: 0 };
  }

  #take(kind: Token['kind']): Token {
    const token = this.#next();
    if (token.kind !== kind) throw this.#unexpected();
    this.#position += 1;
    return token;
  }

  #isWord(word: string): boolean {
    const token = this.#next();
    const found = token.kind === 'WORD' && token.text.toUpperCase() === word;
    if (found) this.#position += 1;
    return found;
  }

  #word(word: string): void {
    if (!this.#isWord(word)) throw this.#unexpected();
  }

  #isSymbol(symbol: string): boolean {
    const token = this.#next();
    const found = token.kind === 'SYMBOL' && token.text === symbol;
    if (found) this.#position += 1;
    return found;
  }

  #symbol(symbol: string): void {
    if (!this.#isSymbol(symbol)) throw this.#unexpected();
  }

  /** Worded as a JavaCC parser words it, the trailing blank and quotes included. */
  #unexpected(): ServiceFault {
    const { kind, text, column } = this.#next();
    const name = { WORD: '<IDENTIFIER>', STRING: '<STRING>', NUMBER: '<NUMBER>' };
    const label = kind === 'EOF' || kind === 'SYMBOL' ? `"${text}"` : name[kind];
    const detail = `Encountered " ${label} "${text} "" at line 1, column ${column}.`;
    return new ServiceFault([queryNotParsed(detail)]);
  }
}

function comparison(symbol: string): Operator | undefined {
  switch (symbol) {
    case '=':
    case '<':
    case '>':
    case '<=':
    case '>=':
      return symbol;
    default:
      return undefined;
  }
}
