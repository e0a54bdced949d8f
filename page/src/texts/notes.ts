// Remarks that the library writes in English, in the reader's language. One that is not known here
// is shown as it is: a remark in English is better than none.
import { ui } from '../lib/ui.svelte.ts';

type Rule = readonly [RegExp, string];

const LAYERS: readonly Rule[] = [
  [/^the net returns logits; probabilities are made of them when predicting$/, 'сеть отдаёт логиты; вероятности получаются из них при предсказании'],
  [/^(.*), floored$/s, '$1, округлено вниз'],
];

const PARTS: readonly Rule[] = [
  [/\btrain\b/g, 'обучении'],
  [/\bval\b/g, 'валидации'],
  [/\btest\b/g, 'тесте'],
  [/ and /g, ' и '],
];

const PROBLEMS: readonly Rule[] = [
  [/^empty file \(0 bytes\)$/, 'пустой файл (0 байт)'],
  [/^truncated: the file ends before the picture does$/, 'обрезан: файл кончается раньше картинки'],
  [/^does not fit into memory$/, 'не помещается в память'],
  [/^damaged: its pixels cannot be decoded$/, 'повреждён: пиксели не читаются'],
  [/^damaged: wrong checksum in its part (.+)$/, 'повреждён: неверная контрольная сумма в части $1'],
  [/^damaged: begins like (?:an? )?(.+), but is not one$/, 'повреждён: начинается как $1, но это не он'],
  [/^damaged: (.+)$/s, 'повреждён: $1'],
  [/^damaged \((.+)\)$/, 'повреждён ($1)'],
  [/^(.+), a format that is not read: convert it to PNG or JPEG$/, '$1: этот формат не читается, сохраните в PNG или JPEG'],
  [/^holds nothing but zero bytes$/, 'внутри одни нулевые байты'],
  [/^holds text, not a picture$/, 'внутри текст, а не картинка'],
  [/^not a readable picture \((.+) are read\)$/, 'не картинка, которую можно прочитать (читаются $1)'],
  [/^a pipe, not a file$/, 'именованный канал, а не файл'],
  [/^a socket, not a file$/, 'сокет, а не файл'],
  [/^a folder, not a file$/, 'папка, а не файл'],
  [/^a device, not a file$/, 'устройство, а не файл'],
  [/^([\d,]+) MB: more than (\d+) MB$/, '$1 МБ: больше $2 МБ'],
  [/^([\d,]+) pixels: more than ([\d,]+), shrink it first$/, 'пикселей $1: больше $2, сначала уменьшите'],
  [/^too many pixels: more than ([\d,]+), shrink it first$/, 'слишком много пикселей: больше $1, сначала уменьшите'],
  [/^32-bit values from (\S+) to (\S+): save it with 16 or 8 bits$/, '32-битные значения от $1 до $2: сохраните с 16 или 8 битами'],
  [/^pixels of the kind (\S+): save it with 8 bits, grey or RGB$/, 'пиксели вида $1: сохраните с 8 битами, серым или RGB'],
  [/^a link that leads nowhere$/, 'ссылка в никуда'],
  [/^a link to a folder that holds it: not followed$/, 'ссылка на папку, в которой она лежит: пропущена'],
  [/^folders nested too deeply$/, 'папки вложены слишком глубоко'],
  [/^permission denied$/, 'нет права на чтение'],
  [/^no such file or directory$/, 'такого файла нет'],
  [/^too many levels of symbolic links$/, 'ссылки замкнуты в кольцо'],
  [/^a class without a picture$/, 'класс без единой картинки'],
  [/^beside train, val and test: left out$/, 'лежит рядом с train, val и test: пропущено'],
  [/^holds (\S+) pictures, the first is used$/, 'картинок внутри: $1, взята первая'],
  [/^resized from (\S+) to (\S+)$/, 'размер изменён с $1 на $2'],
  [/^colour turned to grey$/, 'цвет переведён в оттенки серого'],
  [/^grey given three equal channels$/, 'серый повторён в трёх каналах'],
  [/^rows of (\d+) values were read as (\S+) grey pictures$/, 'строки по $1 чисел прочитаны как серые картинки $2'],
  [/^identical to (.+) of (train|val|test): its score shows memory, not skill$/s, 'то же, что $1 ($2): оценка на ней покажет память, а не умение'],
  [/^filed under (.+), but (.+) is identical and under (.+)$/s, 'лежит в классе $1, но такая же картинка $2 — в классе $3'],
  [/^class (.+) has (\d+) pictures? in all: (.+) (?:has|have) none of it$/s, 'в классе $1 всего картинок: $2; его нет в $3'],
  [/^([\d,]+) pictures of (.+) are in no fold: a \S+ must stand in two groups at least to be both learned and asked for$/s, 'не попали ни в одну часть ($2): $1; чтобы класс и выучить, и спросить, он должен быть хотя бы в двух группах'],
  [/^decoded, the pictures would take ([\d,.]+) GB of disk, and ([\d,.]+) are free to them: they stay in their files and are decoded each time they are read$/, 'раскодированные картинки заняли бы $1 ГБ диска, а свободно для них $2: они остаются в своих файлах и раскодируются при каждом чтении'],
  [/^([\d,]+) more notes on identical pictures$/, 'ещё замечаний об одинаковых картинках: $1'],
  [/^([\d,]+) more pictures are less than half of (\S+) and enlarged to it$/, 'ещё картинок меньше половины размера $2: $1, они увеличены'],
  [/^less than half of (\S+) and enlarged to it$/, 'меньше половины размера $1, увеличена'],
  [/^([\d,]+) more pictures are in colour and turned to grey, as the training pictures are$/, 'ещё цветных картинок: $1, они переведены в оттенки серого, как обучающие'],
  [/^in colour and turned to grey, as the training pictures are$/, 'цветная, переведена в оттенки серого, как обучающие'],
  [/^([\d,]+) more pictures are not (\S+), as the training pictures are, and resized$/, 'ещё картинок не размера $2, как обучающие: $1, размер изменён'],
  [/^not (\S+), as the training pictures are, and resized$/, 'не размера $1, как обучающие: размер изменён'],
  [/^([\d,]+) more pictures are 8 bits among pictures with more: read as 0\.\.255, black to white$/, 'ещё 8-битных картинок среди более глубоких: $1, прочитаны как 0…255'],
  [/^8 bits among pictures with more: read as 0\.\.255, black to white$/, '8 бит среди более глубоких картинок: прочитана как 0…255, от чёрного до белого'],
  [/^([\d,]+) files? (?:is|are) not a picture by name and left out: (.+)$/s, 'файлов, которые по имени не картинки: $1, они пропущены ($2)'],
  [/^([\d,]+) pictures? lies? outside the class folders and cannot be labelled$/, 'картинок вне папок классов: $1, их класс неизвестен'],
  [/^([\d,]+) pictures? without a label: left for svertka predict$/, 'картинок без метки: $1, они остались для svertka predict'],
  [/^in the table, but there is no such picture$/, 'есть в таблице, но такой картинки нет'],
  [/^in the table, but (\d+) pictures are called so: write their paths$/, 'есть в таблице, но так называются картинок: $1; напишите пути'],
  [/^a row that names no picture$/, 'строка, которая не называет картинку'],
  [/^its part in the table is unknown$/, 'её часть в таблице неизвестна'],
  [/^labelled (.+) and (.+) in tables: the first is used$/s, 'в таблицах метки $1 и $2: взята первая'],
  [/^([\d,]+) more rows of tables that are not used$/, 'ещё неиспользованных строк таблиц: $1'],
  [/^labels are its (\d+) columns of 0 and 1, pictures (.+), parts (.+)$/s, 'метки — столбцы из 0 и 1 (их $1), картинки — $2, части — $3'],
  [/^labels are its (\d+) columns of 0 and 1, pictures (.+)$/s, 'метки — столбцы из 0 и 1 (их $1), картинки — $2'],
  [/^labels are its column (.+), pictures (.+), parts (.+)$/s, 'метки — столбец $1, картинки — $2, части — $3'],
  [/^labels are its column (.+), pictures (.+)$/s, 'метки — столбец $1, картинки — $2'],
  [/^([\d,]+) more pictures without a label that can be read$/, 'ещё картинок, чью метку не прочитать: $1'],
  [/^a device or the like, not a file$/, 'устройство или подобное, а не файл'],
  [/^a label of more than a megabyte$/, 'метка больше мегабайта'],
  [/^a label of no line or several$/, 'метка не из одной строки'],
  [/^a label that cannot be read$/, 'метка, которую не прочитать'],
  [/^a link in an archive: left out$/, 'ссылка в архиве: пропущена'],
  [/^a name that leads out of the archive: left out$/, 'имя, которое ведёт наружу из архива: пропущено'],
  [/^empty cell: no bytes of a picture$/, 'пустая ячейка: байтов картинки нет'],
  [/^encrypted: unpack the archive with its password first$/, 'зашифрован: сначала распакуйте архив с паролем'],
  [/^larger than the archive says: damaged or made to harm$/, 'больше, чем сказано в архиве: повреждён или опасен'],
  [/^packed by a method that is not read: pack it with deflate$/, 'сжат способом, который не читается: упакуйте deflate'],
  [/^the archive is damaged after ([\d,]+) files: what follows is lost$/, 'архив повреждён, прочитано файлов: $1, остальные потеряны'],
  [/^truncated: the archive ends before it does$/, 'обрезан: архив кончается раньше'],
  [/^values from (\S+) to (\S+) were scaled to 8 bits, 0\.\.255$/, 'значения от $1 до $2 приведены к 8 битам, 0…255'],
  [/^16-bit files: values 0\.\.(\S+) were brought to 8 bits, 0\.\.255$/, '16-битные файлы: значения 0…$1 приведены к 8 битам, 0…255'],
  [/^(\d+)-bit values up to (\S+): 0\.\.(\S+) was brought to 8 bits, 0\.\.255$/, '$1-битные значения до $2: 0…$3 приведены к 8 битам, 0…255'],
  [/^values up to (\S+) were cut at (\S+), white of the training part$/, 'значения до $1 обрезаны на $2: это белый обучающей части'],
  [/^values up to (\S+), where most stay below (\S+): they turn dark$/, 'значения до $1, а у большинства меньше $2: те станут тёмными'],
  [/^8-bit values were read as 0\.\.255; training had (\S+)$/, '8-битные значения прочитаны как 0…255; при обучении было $1'],
  [/^values were read as 0\.\.255; training had 0\.\.1$/, 'значения прочитаны как 0…255; при обучении было 0…1'],
  [/^values from (\S+) to (\S+) were cut to (\S+), the range in training$/, 'значения от $1 до $2 обрезаны до $3, как при обучении'],
  [/^values never pass (\S+) and were read as (\S+), as in training: for 8-bit pictures, give them as uint8$/, 'значения не выше $1 прочитаны как $2, как при обучении; если это 8-битные картинки, дайте их как uint8'],
  [/^values never pass (\S+) and were read as (\S+), as in training: for pictures of 0\.\.1, scale them$/, 'значения не выше $1 прочитаны как $2, как при обучении; если это картинки 0…1, умножьте их'],
  [/^the network was trained on values (\S+): files were read as 0\.\.255(?:, black to white)?$/, 'сеть обучена на значениях $1: файлы прочитаны как 0…255, от чёрного до белого'],
  [/^decoded pictures could not be kept there \((.+)\): in memory only$/, 'прочитанные картинки не удалось сохранить ($1): они только в памяти'],
];

const LOOKS: readonly Rule[] = [
  [/^(\d+)x(\d+)$/, '$1 × $2'],
  [/^identical$/, 'одинаковы'],
  [/^alike$/, 'почти одинаковы'],
  [/^mirrored$/, 'зеркальны'],
  [/^(\S+), grey, (\d+) bits$/, '$1, серая, бит: $2'],
  [/^(\S+), colour, (\d+) bits$/, '$1, цветная, бит: $2'],
  [/^(\S+), transparent, (\d+) bits$/, '$1, с прозрачностью, бит: $2'],
  [/^(\S+), (\S+), (\d+) bits$/, '$1, $2, бит: $3'],
];

function translated(rules: readonly Rule[], text: string): string {
  if (ui.lang !== 'ru') return text;
  const rule = rules.find(([pattern]) => pattern.test(text));
  if (!rule) {
    const pieces = text.split('; '); // two notes on one file
    return pieces.length > 1 ? pieces.map((piece) => translated(rules, piece)).join('; ') : text;
  }
  const russian = text.replace(rule[0], rule[1]);
  if (!russian.includes('; его нет в ')) return russian;
  const [head = '', tail = ''] = russian.split('; его нет в ');
  return `${head}; его нет в ${PARTS.reduce((words, [from, to]) => words.replace(from, to), tail)}`;
}

export const layerNote = (text: string): string => translated(LAYERS, text);
export const problemReason = (text: string): string => translated(PROBLEMS, text);
export const looks = (text: string): string => translated([...LOOKS, ...PROBLEMS], text);

// Words of formulas; names of functions and x are the same everywhere.
const QUANTITIES: Readonly<Record<string, string>> = {
  window: 'окно',
  filter: 'фильтр',
  bias: 'смещение',
  divisor: 'делитель',
  inputs: 'входы',
  weights: 'веса',
  mean: 'среднее',
  variance: 'дисперсия',
  if: 'если',
  else: 'иначе',
};

/** A formula of a layer's cell in the reader's words. */
export const formulaOf = (text: string): string =>
  ui.lang === 'ru' ? text.replace(/[a-z]+/g, (word) => QUANTITIES[word] ?? word) : text;
