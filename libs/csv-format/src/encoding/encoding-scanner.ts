import { isUtf8 } from 'node:buffer';
import type { FileEncoding } from '../model.js';
import { findByteOrderMark } from './byte-order-mark.js';
import { type EncodingJudgement, judgeEncoding } from './encoding-judge.js';
import { EscapeSequences } from './escape-sequences.js';
import { HighByteSampler } from './high-byte-sampler.js';
import { Utf8Counter } from './utf8-counter.js';
import { utf8Words } from './utf8-words.js';
import { Utf16Counter } from './utf16-counter.js';

/** How a file's text is encoded, and what its bytes show about it. */
export interface EncodingVerdict extends FileEncoding {
  /** 0 to 1. 1 for plain ASCII, which every candidate reads alike (but for the escape sequences of ISO-2022), and for a byte order mark without ill-formed sequences. */
  confidence: number;
  /** False where the file has too many control bytes to be text, whatever the encoding (`csv_not_text`). */
  text: boolean;
  bytes: number;
  /** NUL characters of a text that is not UTF-16, at most 100,000. Their records are rejected later. */
  nul_bytes: number;
  /** Well-formed multi-byte sequences of UTF-8: exact up to 1,024, then estimated by samples. 0 for UTF-16. */
  multibyte_sequences: number;
  /** Ill-formed sequences of UTF-8 (also when they are the reason for another encoding), or of UTF-16; at most 65,536. */
  invalid_sequences: number;
}

/** The family and the share of control bytes are judged by this much of the beginning, and by the start of each later chunk. */
const HEAD_BYTES = 64 * 1024;
const LATER_WINDOW = 512;

/** Random bytes have 11 % control bytes, text hardly any; one NUL in a record of 20 characters is still text. */
const MAX_CONTROL_SHARE = 0.05;
/** A file however small may have as many: they are damage in a record or two. */
const FEW_CONTROLS = 2;
const NULS_COUNTED = 100_000;
/**
 * The certainty of UTF-8 by well-formed sequences. In another encoding a sequence is well-formed by chance in 1 case of 20 at most, and of
 * files with such letters less than half have another.
 */
const OF_ONE_SEQUENCE = 0.98;
const OF_MORE_SEQUENCES = 0.998;
/** The certainty that ASCII is meant where its escape sequences are those of ISO-2022. */
const OF_ESCAPES = 0.05;
/** The certainty of an encoding in which a part of the words is UTF-8: whichever is chosen, some words are read wrongly. */
const MIXED_WITH_UTF8 = 0.5;
/** The certainty of UTF-16 without a mark. Each NUL that stands where it must halves the doubt: two may be damage, ten are not. */
const MOST_WITHOUT_MARK = 0.998;

/**
 * Finds how a file's text is encoded, and whether it is text, from every byte of a stream.
 *
 * A file is UTF-8 as soon as more of its multi-byte sequences are well-formed than
 * ill-formed. In text of a single-byte encoding well under one sequence of twenty is well-formed UTF-8 by chance (in GBK, the
 * worst seen, one of eight), so a majority is no chance. And where a file mixes both encodings, reading it as UTF-8 rejects the
 * damaged records, which is reported, while another encoding would change the sound ones without notice. Which other one it is, is judged
 * by words from all of the file; where some of them are UTF-8, it is uncertain.
 */
export class EncodingScanner {
  private head: Buffer[] = [];
  private headBytes = 0;
  private family: Family | null = null;
  private readonly utf8 = new Utf8Counter();
  private utf16: Utf16Counter | null = null;
  private bytes = 0;
  private nuls = 0;
  private sampled = 0;
  private controls = 0;
  private readonly highBytes = new HighByteSampler();
  private readonly escapes = new EscapeSequences();

  /** @param declared the declared encoding, if any: in UTF-16 and UTF-32, NULs do not count against text. */
  constructor(private readonly declared?: string) {}

  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.family) {
      this.scan(chunk);
      return;
    }
    // A copy, because the source may reuse its buffer. Collected, so that the result does not depend on the chunk size.
    this.head.push(Buffer.from(chunk));
    this.headBytes += chunk.length;
    if (this.headBytes >= HEAD_BYTES) this.openHead();
  }

  end(): EncodingVerdict {
    this.openHead();
    this.utf8.end();
    this.utf16?.end();
    const facts = { bytes: this.bytes, text: this.isText() };
    if (this.utf16) {
      const invalid = this.utf16.illFormed;
      const certainty = this.family!.bom ? 1 : Math.min(MOST_WITHOUT_MARK, 1 - 0.5 ** this.family!.nuls);
      return {
        encoding: this.utf16.bigEndian ? 'utf-16be' : 'utf-16le',
        bom: this.family!.bom,
        confidence: round(certainty * (1 - Math.min(0.5, (invalid * 2) / Math.max(1, this.bytes)))),
        nul_bytes: 0,
        multibyte_sequences: 0,
        invalid_sequences: invalid,
        ...facts,
      };
    }
    const { wellFormed, illFormed } = this.utf8;
    const isUtf8 = this.family!.bom || illFormed === 0 || wellFormed > illFormed;
    const { encoding, confidence } = isUtf8
      ? { encoding: 'utf-8', confidence: this.utf8Confidence() }
      : this.judgement();
    return {
      encoding,
      bom: this.family!.bom,
      confidence: round(confidence),
      nul_bytes: this.nuls,
      multibyte_sequences: wellFormed,
      invalid_sequences: illFormed,
      ...facts,
    };
  }

  private openHead(): void {
    if (this.family) return;
    const head = Buffer.concat(this.head);
    this.head = [];
    this.family = familyOf(head.subarray(0, HEAD_BYTES));
    if (this.family.utf16) this.utf16 = new Utf16Counter(this.family.utf16 === 'be');
    this.sampleControls(head.subarray(0, HEAD_BYTES));
    this.scan(head, true);
  }

  private scan(chunk: Buffer, isHead = false): void {
    if (this.utf16) {
      this.utf16.push(chunk);
      return;
    }
    if (!isHead) this.sampleControls(chunk.subarray(0, LATER_WINDOW));
    for (let at = chunk.indexOf(0); at >= 0 && this.nuls < NULS_COUNTED; at = chunk.indexOf(0, at + 1)) this.nuls++;
    this.highBytes.push(chunk);
    this.escapes.push(chunk);
    if (!this.utf8.isCertainlyNotUtf8) this.utf8.push(chunk);
  }

  private sampleControls(window: Buffer): void {
    this.sampled += window.length;
    this.controls += controlsIn(window);
  }

  private isText(): boolean {
    if (this.utf16 || /^utf-(16|32)/.test(this.declared ?? '')) return true;
    return this.controls <= Math.max(FEW_CONTROLS, this.sampled * MAX_CONTROL_SHARE);
  }

  private utf8Confidence(): number {
    const { wellFormed, illFormed } = this.utf8;
    if (illFormed > 0)
      return (
        Math.max(wellFormed, this.family!.bom ? illFormed * 9 : 0) /
        (wellFormed + illFormed * (this.family!.bom ? 10 : 1))
      );
    if (this.family!.bom) return 1;
    if (wellFormed === 0) return this.escapes.isFound ? OF_ESCAPES : 1;
    return wellFormed === 1 ? OF_ONE_SEQUENCE : OF_MORE_SEQUENCES;
  }

  private judgement(): EncodingJudgement {
    this.highBytes.end();
    const { runs } = this.highBytes;
    // Words that are UTF-8 say nothing about the encoding of the others.
    const others = runs.filter((run) => !isUtf8(run));
    const found = judgeEncoding(others.length > 0 ? others : runs);
    if (!found) return { encoding: 'windows-1252', confidence: 0.2 };
    return utf8Words(runs, found.encoding).length > 0
      ? { ...found, confidence: Math.min(found.confidence, MIXED_WITH_UTF8) }
      : found;
  }
}

interface Family {
  bom: boolean;
  utf16: 'le' | 'be' | null;
  /** NULs that tell it. */
  nuls: number;
}

/**
 * By byte order mark; else UTF-16 where about every other byte is NUL, as in text that is mostly ASCII, and hardly any of the rest. Text of
 * other scripts has NULs only in its digits, blanks, delimiters and line breaks: it is UTF-16 where the bytes are no text of another
 * encoding and nearly all characters are what text has.
 */
function familyOf(head: Buffer): Family {
  switch (findByteOrderMark(head)?.encoding) {
    case 'utf-8':
      return { bom: true, utf16: null, nuls: 0 };
    case 'utf-16le':
      return { bom: true, utf16: 'le', nuls: 0 };
    case 'utf-16be':
      return { bom: true, utf16: 'be', nuls: 0 };
    // UTF-32 is not detected; its control bytes tell that it is no text of one of the others.
  }
  const nuls = [0, 0];
  for (let at = 0; at < head.length; at++) if (head[at] === 0) nuls[at & 1]!++;
  const units = head.length >> 1;
  const [even, odd] = nuls as [number, number];
  const strong = Math.max(2, units * 0.4);
  if (odd >= strong && even <= units * 0.01) return { bom: false, utf16: 'le', nuls: odd };
  if (even >= strong && odd <= units * 0.01) return { bom: false, utf16: 'be', nuls: even };
  const isOpen = Math.max(odd, even) > 0 && Math.max(odd, even) >= units * FEWEST_NULS;
  if (isOpen && controlsIn(head) > Math.max(FEW_CONTROLS, head.length * MAX_CONTROL_SHARE)) {
    if (odd >= units * FEWEST_NULS && even <= odd * 0.01 && isUtf16(head, false))
      return { bom: false, utf16: 'le', nuls: odd };
    if (even >= units * FEWEST_NULS && odd <= even * 0.01 && isUtf16(head, true))
      return { bom: false, utf16: 'be', nuls: even };
  }
  return { bom: false, utf16: null, nuls: 0 };
}

/** Of UTF-16 without a mark: a delimiter or a line break in a hundred characters. */
const FEWEST_NULS = 0.01;
/** Of the characters. Of random bytes some 60 % are characters that text has. */
const TEXT_SHARE = 0.98;
const OF_TEXT = /[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\t\r\n]/u;

function isUtf16(head: Buffer, bigEndian: boolean): boolean {
  const units = Buffer.from(head.subarray(0, head.length & ~1));
  const characters = [...(bigEndian ? units.swap16() : units).toString('utf16le')];
  const ofText = characters.filter((character) => OF_TEXT.test(character)).length;
  return (
    ofText >= characters.length * TEXT_SHARE && characters.some((character) => character === '\n' || character === '\r')
  );
}

function controlsIn(bytes: Buffer): number {
  let controls = 0;
  for (const byte of bytes) if (IS_CONTROL[byte]) controls++;
  return controls;
}

// Not counted: tab, LF, VT, FF, CR; the DOS end-of-file 1A, escape, and 01 and 1C-1F, which separate fields in some exports.
const TEXT_CONTROLS = new Set([0x01, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f]);
const IS_CONTROL = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte < 0x20 && !TEXT_CONTROLS.has(byte)) || byte === 0x7f ? 1 : 0,
);

const round = (share: number): number => Math.round(share * 1000) / 1000;
