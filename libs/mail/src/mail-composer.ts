import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable } from '@nestjs/common';
import Handlebars from 'handlebars';
import * as helpers from './helpers.js';
import { MAIL_TEMPLATES, type MailContexts, type MailTemplate } from './mail-contexts.js';
import { senderOf } from './mail-sender.js';
import { sanitize } from './sanitize.js';

/** The content of a mail. `html` and `text` say the same. */
export interface ComposedMail {
  subject: string;
  html: string;
  text: string;
}

/** The build copies the templates beside the compiled file, so the path is the same for the sources and for dist. */
const TEMPLATES = join(import.meta.dirname, 'templates');
const PARTS = ['subject', 'html', 'text'] as const;

type Render = (context: object) => string;
type Renders = Record<MailTemplate, Record<(typeof PARTS)[number], Render>>;

/**
 * Renders a template with its context. The worker reads and compiles every template when it starts. Rendering is strict: a template
 * that names an unknown field throws, which the tests find.
 */
@Injectable()
export class MailComposer {
  private readonly renders: Renders;
  private readonly commonContext: { product: string; base_url: string };

  constructor(@Inject(CONFIG) config: Pick<Config, 'MAIL_FROM' | 'PUBLIC_URL'>) {
    this.commonContext = {
      product: senderOf(config.MAIL_FROM).name,
      base_url: (config.PUBLIC_URL ?? '').replace(/\/+$/, ''),
    };
    this.renders = compileAll();
  }

  compose<T extends MailTemplate>(template: T, context: MailContexts[T]): ComposedMail {
    const data = { ...sanitize(context), ...this.commonContext };
    const renders = this.renders[template];
    return {
      subject: renders.subject(data).trim(),
      html: renders.html(data),
      text: renders.text(data),
    };
  }
}

const read = (file: string) => readFileSync(join(TEMPLATES, file), 'utf8');

function compileAll(): Renders {
  const engines = { subject: engine(), html: engine(), text: engine() };
  for (const part of ['html', 'text'] as const) engines[part].registerPartial('layout', read(`layout.${part}.hbs`));

  const compile = (template: string, part: (typeof PARTS)[number]): Render =>
    // Only HTML is escaped; in a subject or a text part a reader would see `&amp;`.
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
  // Handlebars passes its own options as the last argument; our helpers do not take them.
  for (const [name, helper] of Object.entries(helpers)) {
    handlebars.registerHelper(name, (...given) => (helper as (...args: unknown[]) => unknown)(...given.slice(0, -1)));
  }
  return handlebars;
}
