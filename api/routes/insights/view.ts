import { z } from 'zod';
import { Finding, INSIGHT_KINDS, type Insight } from '../../../shared/insights/index.ts';
import { InsightId } from '../../../shared/platform/ids.ts';
import { InstantText } from '../../../shared/platform/time/instant.ts';

/** An insight as its owner sees it. */
export const InsightView = Finding.extend({
  id: InsightId,
  kind: z.enum(INSIGHT_KINDS),
  text: z.string().meta({
    description:
      'In the language of the account: what is to be shown. Of two tools the texts are alike; the phone may add the tool’s name by `subject.toolId`',
  }),
  support: z
    .strictObject({ url: z.url() })
    .nullable()
    .meta({ description: 'Where to find somebody to talk to: shown with the text. Only where moods got lower' }),
  isHidden: z.boolean(),
  createdAt: InstantText,
  updatedAt: InstantText.meta({ description: 'When it was last found' }),
}).meta({ id: 'Insight' });

export const insightView = ({ isWorsening, ...insight }: Insight, supportUrl: string) => ({
  ...insight,
  kind: insight.subject.kind,
  support: isWorsening ? { url: supportUrl } : null,
});
