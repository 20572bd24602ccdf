import { patternPolicy } from '../../shared/emotions/pattern-policy.ts';
import { Settings } from '../../shared/platform/config/settings.ts';

/** As long as no setting says otherwise. */
export const usualPatternPolicy = patternPolicy(Settings.parse({}));
