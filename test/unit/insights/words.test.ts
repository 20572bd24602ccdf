import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { insightRoutes } from '../../../api/routes/insights/index.ts';
import { insightText } from '../../../shared/insights/words.ts';
import { LANGUAGES } from '../../../shared/platform/language.ts';
import { bannedWords } from '../../support/check/banned-words.ts';
import { openApi } from '../../support/openapi/operations.ts';
import { everyFinding, sampleFinding } from '../../support/sample-findings.ts';

const cells = LANGUAGES.flatMap((language) => everyFinding.map((finding) => ({ language, finding })));
const texts = cells.map(({ language, finding }) => insightText(finding, language));
const plain = (text: string) => text.replaceAll(/\s/gu, ' ');
const textOf = (over: Parameters<typeof sampleFinding>[0], language: 'en' | 'es' = 'en') =>
  plain(insightText(sampleFinding(over), language));

describe('the sentence of an insight', () => {
  it('is one of its own for every kind, direction, tier and language', () => {
    expect(texts).toHaveLength(2 * 16 * 4);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it.each(cells)('is whole: $language $finding.subject $finding.direction $finding.tier', ({ language, finding }) => {
    const text = insightText(finding, language);
    expect(text).not.toMatch(/undefined|NaN|null|\[object|\$\{|\{|\}| {2}|\bday of 1\b/);
    expect(text).toMatch(/^[A-ZÁÉÍÓÚ0-9].*\.$/u);
    expect(text).toContain(language === 'en' ? '8 of ' : '8 de ');
    expect(text).toMatch(/2026/);
    expect(text.length).toBeLessThan(420);
  });

  it('counts, and says how sure it is', () => {
    expect(textOf({})).toBe(
      'On 8 of 11 Sundays (Jan 5 – Mar 29, 2026) your mood was below what was usual for you at the time. This is a clear pattern.',
    );
    expect(textOf({ tier: 'early', direction: 'up' }, 'es')).toBe(
      'En 8 de 11 domingos (5 ene – 29 mar 2026) tu ánimo estuvo por encima de lo habitual para ti en esa época. Es una primera señal; puede ser casualidad.',
    );
  });

  it('says of activities what goes together, and that it is not known why', () => {
    const subject = { kind: 'activity', activity: 'journal', toolId: null } as const;
    expect(textOf({ subject, direction: 'up' })).toContain(
      '8 of 11 times (Jan 5 – Mar 29, 2026), your mood rose more, or fell less, around a voice journal than at a similar time without one. This shows what goes together, not why.',
    );
    expect(textOf({ subject, direction: 'down' }, 'es')).toContain('Esto muestra qué va junto, no por qué.');
  });

  it('names no tool', () => {
    const subject = { kind: 'activity', activity: 'tool', toolId: 'secret-id' } as const;
    for (const language of LANGUAGES) expect(textOf({ subject }, language)).not.toContain('secret-id');
  });

  it('has the right forms for one and for many', () => {
    const one = { count: 1, of: 1, comparedWith: 1 };
    const many = { count: 2, of: 2, comparedWith: 2 };
    expect(textOf({ counts: one })).toMatch(/^On 1 of 1 Sunday \(/);
    expect(textOf({ counts: many })).toMatch(/^On 2 of 2 Sundays \(/);
    expect(textOf({ counts: one }, 'es')).toMatch(/^En 1 de 1 domingo \(/);
    expect(textOf({ counts: many }, 'es')).toMatch(/^En 2 de 2 domingos \(/);
    const subject = { kind: 'trend' } as const;
    expect(textOf({ subject, counts: one })).toContain(
      'on 1 of the 1 later day it was below what was typical of the 1 earlier day.',
    );
    expect(textOf({ subject, counts: many })).toContain(
      'on 2 of the 2 later days it was below what was typical of the 2 earlier days.',
    );
    expect(textOf({ subject, counts: one }, 'es')).toContain(
      'en 1 del 1 día más reciente estuvo por debajo de lo típico del 1 anterior.',
    );
    expect(textOf({ subject, counts: many }, 'es')).toContain(
      'en 2 de los 2 días más recientes estuvo por debajo de lo típico de los 2 anteriores.',
    );
  });

  it('offers somebody to talk to where moods got lower, and nowhere else', () => {
    const offers = cells.filter(({ language, finding }) =>
      /where people listen|quien te escuche/.test(insightText(finding, language)),
    );
    const kinds = new Set(offers.map(({ finding }) => `${finding.subject.kind} ${finding.direction}`));
    expect(kinds).toEqual(new Set(['activity down', 'trend down', 'change_point down', 'shift down']));
  });
});

describe('no text about insights', () => {
  it.each([...new Set(texts)])('speaks as a doctor would, or of what makes what: %s', (text) => {
    expect(bannedWords(text)).toEqual([]);
  });

  it('does so in its templates, whichever words they choose between, nor in the API’s description', () => {
    const files = readdirSync('shared/insights').filter((name) => /words/.test(name));
    const paths = new Set(insightRoutes.map(({ spec }) => `/v1${spec.path}`));
    const described = Object.entries(openApi.paths).flatMap(([path, methods]) =>
      paths.has(path) ? [JSON.stringify(methods)] : [],
    );
    expect([files.length > 0, described.length]).toEqual([true, 3]);
    for (const name of files) expect(bannedWords(readFileSync(`shared/insights/${name}`, 'utf8'))).toEqual([]);
    for (const description of described) expect(bannedWords(description)).toEqual([]);
  });
});

describe('the check of words', () => {
  const planted = [
    ...[
      'diagnosis',
      'Diagnosed',
      'a disorder',
      'depression',
      'depressed',
      'symptoms',
      'a relapse',
      'treatment',
      'risk score',
    ],
    ...[
      'it was caused by',
      'because of',
      'due to',
      'improved',
      'improves',
      'helped',
      'helps',
      'leads to',
      'led to',
      'makes you',
      'made you',
    ],
    ...[
      'diagnóstico',
      'Diagnosticar',
      'un trastorno',
      'depresión',
      'deprimido',
      'síntomas',
      'una recaída',
      'tratamiento',
      'puntuación de riesgo',
    ],
    ...[
      'causó',
      'causado por',
      'a causa de',
      'porque',
      'debido a',
      'gracias a',
      'mejoró',
      'mejorar',
      'ayudó',
      'ayuda',
      'lleva a',
      'llevó a',
      'te hace',
      'hizo que',
    ],
  ];

  it.each(planted)('finds “%s” planted in a sentence', (words) => {
    for (const text of texts.slice(0, 3)) expect(bannedWords(text.replace('(', `${words} (`))).not.toEqual([]);
  });

  it('finds nothing in innocent neighbours of such words', () => {
    expect(
      bannedWords('A health app; casualty, casualidad, a pause, por qué, leading questions, the best of times'),
    ).toEqual([]);
  });
});
