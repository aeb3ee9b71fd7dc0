/**
 * Names as they are compared. "Exists" means the same text after outer space is dropped and inner
 * space collapsed; a name that differs only in case is known too, because QuickBooks refuses to
 * create it beside the other (fault 6240).
 */

/** Exact key: trimmed, white space collapsed to single spaces, case kept. */
export function nameKey(name: string): string {
  return name.trim().replace(/\s+/g, ' ');
}

/** The same without regard to case and to composed or decomposed accents. */
export function foldedNameKey(name: string): string {
  return nameKey(name).normalize('NFC').toLowerCase().normalize('NFC');
}

/** E-mail addresses are compared without regard to case and outer space. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}

/**
 * The name a record gets when it is made inactive: QuickBooks appends " (deleted)" to the name of an
 * inactive list entry (recorded).
 */
export function nameAfterDeactivation(name: string): string {
  return `${name} (deleted)`;
}

/** The same the other way round; a name without the suffix stays as it is. */
export function nameBeforeDeactivation(name: string): string {
  return name.replace(/ \(deleted\)$/i, '');
}
