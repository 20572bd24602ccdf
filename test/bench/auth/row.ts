/** The read that everybody makes: one row that is the same for all, by its key. */
export const SELECT_ROW = 'select id, name, description, category, valence from emotion_type where id = $1';
export const ROW_ID = 1;
