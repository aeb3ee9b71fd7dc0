import { z } from 'zod';
import { filledText } from '../text.js';
import { KINDS, STATED_KINDS, type StatedKind } from './kinds.js';
import { commonFields } from './parts.js';

/** Kinds a file can be attached to: those QuickBooks keeps as transactions. */
export type AttachableKind = {
  [Kind in StatedKind]: (typeof KINDS)[Kind]['isTransaction'] extends true ? Kind : never;
}[StatedKind];
export const ATTACHABLE_KINDS = STATED_KINDS.filter((kind) => KINDS[kind].isTransaction) as [
  AttachableKind,
  ...AttachableKind[],
];

/** Largest file in bytes. */
export const ATTACHMENT_BYTES_MAX = 25 * 1_048_576;
/** Files of one document. QuickBooks takes 10,000 (Intuit's limits page). */
export const ATTACHMENTS_MAX = 50;
export const ATTACHMENT_TYPE = 'application/pdf';

/**
 * A file of another document. Its bytes are stored apart: `content` is a keyed hash of them, which
 * tells other bytes under the same name.
 */
export const attachment = z.strictObject({
  ...commonFields,
  attachedTo: z.strictObject({ kind: z.enum(ATTACHABLE_KINDS), externalId: filledText(200) }),
  /** The app's own name of the file. */
  name: filledText(200),
  /** As QuickBooks shows it; see {@link fileNameOf}. */
  fileName: filledText(1_000),
  /** In bytes. */
  size: z.int().positive(),
  content: z.string(),
});
export type Attachment = z.output<typeof attachment>;

/** The app's own name of a file; it tells the files of one document apart. */
export const attachmentName = filledText(200).refine((name) => !hasControlCharacter(name), {
  error: 'must not contain control characters',
});

function hasControlCharacter(name: string): boolean {
  return /\p{Cc}/u.test(name);
}

/**
 * The name a file gets in QuickBooks: the app's, with a hyphen for each character that some system
 * takes in no file name, and with `.pdf` at its end. Never longer than the 1,000 characters QuickBooks takes.
 */
export function fileNameOf(name: string): string {
  const plain = name.trim().replace(/[/\\:*?"<>|]/g, '-');
  return /\.pdf$/i.test(plain) ? plain : `${plain}.pdf`;
}
