import { describe, expect, it } from '@jest/globals';
import { plainText } from '../../../shared/imports/plain-text.ts';

describe('a formatted note', () => {
  it.each([
    ['Nothing to do', 'Nothing to do'],
    ['one<br>two<BR />three', 'one\ntwo\nthree'],
    ['<p>one</p><p>two</p>', 'one\ntwo'],
    ['<ul><li>one</li><li><b>two</b></li></ul>', 'one\ntwo'],
    ['<span style="color:red">red</span>', 'red'],
    ['a &lt;b&gt; &amp;lt; c', 'a <b> &lt; c'],
    ['5 < 6 and 7 > 6', '5 < 6 and 7 > 6'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['', ''],
  ])('%j is the text %j', (note, text) => {
    expect(plainText(note)).toBe(text);
  });
});
