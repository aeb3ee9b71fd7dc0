/** Attachments: notes and uploaded files, linked to any number of other objects. */

import { type EntityDefinition, NEWEST_FIRST, type Step } from '../../engine/definition.js';
import {
  anything,
  flag,
  integer,
  listOf,
  object,
  oneOf,
  type Shape,
  text,
} from '../../engine/fields.js';
import {
  missingMember,
  notAttachableTo,
  objectNotFound,
  referenceNotFound,
} from '../../engine/service-fault.js';
import { CUSTOM_FIELD, SYSTEM } from '../../engine/shapes.js';
import { objectOf, objectsOf, textOf } from '../../json.js';

const ATTACHABLE_REF: Shape = {
  EntityRef: object({ type: text(undefined, 'f'), value: text(undefined, 'f'), name: text() }),
  LineInfo: text(),
  IncludeOnSend: flag(),
  CustomField: listOf(object(CUSTOM_FIELD)),
  NoRefOnly: flag(),
  Inactive: flag(),
  AttachableRefEx: anything(),
};

const CATEGORIES = [
  'ContactPhoto',
  'Contact Photo',
  'Document',
  'Image',
  'Receipt',
  'Signature',
  'Sound',
  'Other',
];

/** An attachment is a file, or a note, or both. */
const fileOrNote: Step = ({ operation, after, errors }) => {
  if (operation === 'delete') return;
  if (after['FileName'] === undefined && after['Note'] === undefined) {
    errors.push(missingMember('Note'));
  }
};

/** Each link leads to an object of an entity that takes attachments. */
const linksLeadSomewhere: Step = ({ operation, sent, company, errors }) => {
  if (operation === 'delete') return;
  for (const link of objectsOf(sent, 'AttachableRef')) {
    const target = objectOf(link, 'EntityRef');
    if (target === undefined) continue;
    const type = textOf(target, 'type');
    const id = textOf(target, 'value');
    if (type === undefined || id === undefined) {
      errors.push(missingMember(type === undefined ? 'EntityRef.type' : 'EntityRef.value'));
      continue;
    }
    const definition = [...company.definitions.values()].find(
      ({ name }) => name.toLowerCase() === type.toLowerCase(),
    );
    const takesAttachments = definition !== undefined && definition.family !== 'company';
    if (!takesAttachments || definition === attachable) errors.push(notAttachableTo(type));
    else if (company.find(definition.name, id) === undefined) {
      const isList = definition.family === 'list';
      errors.push(isList ? referenceNotFound(definition.listName, id) : objectNotFound());
    }
  }
};

/** The reference page shows IncludeOnSend in every answer, false unless sent. */
const includeOnSend: Step = ({ after }) => {
  const links = objectsOf(after, 'AttachableRef');
  if (links.length === 0) return;
  after['AttachableRef'] = links.map((link) => ({ IncludeOnSend: false, ...link }));
};

export const attachable: EntityDefinition = {
  name: 'Attachable',
  path: 'attachable',
  family: 'list',
  operations: ['create', 'update', 'delete'],
  required: [],
  ids: { series: 'attachable', first: 1_000_000_000_004_101 },
  listName: 'Attachables',
  totalCount: false,
  recordsModifier: false,
  defaultOrder: NEWEST_FIRST,
  equalityIndexes: ['FileName'],
  sortedIndexes: ['MetaData.CreateTime'],
  fields: {
    ...SYSTEM,
    AttachableRef: listOf(object(ATTACHABLE_REF)),
    FileName: text(1000, 'fs'),
    FileAccessUri: text(undefined, 'r'),
    TempDownloadUri: text(undefined, 'r'),
    Size: integer('rfs'),
    ContentType: text(100, 'fs'),
    Category: oneOf(CATEGORIES, 'fs'),
    Lat: text(100, 'fs'),
    Long: text(100, 'fs'),
    PlaceName: text(2000, 'fs'),
    Note: text(2000, 'fs'),
    Tag: text(2000, 'fs'),
    ThumbnailFileAccessUri: text(undefined, 'r'),
    ThumbnailTempDownloadUri: text(undefined, 'r'),
    AttachableEx: anything(),
    documentId: text(),
  },
  defaults: [],
  derive: [includeOnSend],
  checks: [fileOrNote, linksLeadSomewhere],
  effects: [],
};
