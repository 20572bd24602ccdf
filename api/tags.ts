/** The topics of the API, as its documentation groups them. */
export const TAGS = {
  accounts: 'Registration, sessions, devices, consents and the own profile.',
  emotions: 'Check-ins on how somebody feels, and what they show over time.',
  journals: 'Voice journals, encrypted on the phone.',
  meta: 'About the API itself.',
  notifications: 'What reaches the phone, and when.',
  operators: 'What administrators do to the system.',
  progress: 'Streaks and achievements.',
  tools: 'Self-regulation tools and their use.',
  work: 'Work that goes on after an answer.',
} as const;

export type Tag = keyof typeof TAGS;
