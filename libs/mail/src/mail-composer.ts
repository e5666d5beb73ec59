import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable } from '@nestjs/common';
import Handlebars from 'handlebars';
import { MAIL_TEMPLATES, type MailContexts, type MailTemplate } from './mail-contexts.js';
import { senderOf } from './mail-sender.js';
import * as phrases from './phrases.js';
import { plainFacts } from './plain-facts.js';
import { styles } from './styles.js';

/** A mail's words: `html` and `text` say the same. */
export interface ComposedMail {
  subject: string;
  html: string;
  text: string;
}

/** The build copies the templates beside the compiled file, so the one path holds for sources and for dist. */
const TEMPLATES = join(import.meta.dirname, 'templates');
const PARTS = ['subject', 'html', 'text'] as const;

type Render = (context: object) => string;
type Renders = Record<MailTemplate, Record<(typeof PARTS)[number], Render>>;

/**
 * Turns a template's name and facts into words. Every template is read and compiled when the worker starts, and
 * rendered strictly: a template that names a fact nobody gives fails a test, not a reader.
 */
@Injectable()
export class MailComposer {
  private readonly renders: Renders;
  private readonly surroundings: { product: string; base_url: string };

  constructor(@Inject(CONFIG) config: Pick<Config, 'MAIL_FROM' | 'PUBLIC_URL'>) {
    this.surroundings = {
      product: senderOf(config.MAIL_FROM).name,
      base_url: (config.PUBLIC_URL ?? '').replace(/\/+$/, ''),
    };
    this.renders = compileAll();
  }

  compose<T extends MailTemplate>(template: T, context: MailContexts[T]): ComposedMail {
    const facts = { ...plainFacts(context), ...this.surroundings };
    const renders = this.renders[template];
    return {
      subject: renders.subject(facts).trim(),
      html: renders.html(facts),
      text: renders.text(facts),
    };
  }
}

const read = (file: string) => readFileSync(join(TEMPLATES, file), 'utf8');

function compileAll(): Renders {
  const engines = { subject: engine(), html: engine(), text: engine() };
  for (const part of ['html', 'text'] as const) engines[part].registerPartial('layout', read(`layout.${part}.hbs`));

  const compile = (template: string, part: (typeof PARTS)[number]): Render =>
    // Only HTML has characters to escape; in the other two `&amp;` would be read as it stands.
    engines[part].compile(read(`${template}.${part}.hbs`), { strict: true, noEscape: part !== 'html' });

  return Object.fromEntries(
    MAIL_TEMPLATES.map((template) => [
      template,
      Object.fromEntries(PARTS.map((part) => [part, compile(template, part)])),
    ]),
  ) as Renders;
}

function engine() {
  const handlebars = Handlebars.create();
  // Handlebars hands a helper its own options as one argument more; the phrases take what they name and no more.
  for (const [name, phrase] of Object.entries(phrases)) {
    handlebars.registerHelper(name, (...given) => (phrase as (...facts: unknown[]) => unknown)(...given.slice(0, -1)));
  }
  handlebars.registerHelper('style', (name: keyof typeof styles) => new Handlebars.SafeString(styles[name]));
  return handlebars;
}
