// The network: text, diagram, table.
import { integer, plural } from '../lib/format.ts';
import type { Dictionary } from './both.ts';

export const net = {
  network: { en: 'Network', ru: 'Сеть' },
  netLead: {
    en: 'The text is the whole network: the diagram, the table and the trained model were made from it.',
    ru: 'Текст и есть вся сеть: из него получены схема, таблица и обученная модель.',
  },
  netText: { en: 'Text', ru: 'Текст' },
  parameters: { en: 'Parameters', ru: 'Параметры' },
  parametersLead: { en: 'numbers that are learned', ru: 'обучаемые числа' },
  multiplyAdds: { en: 'Multiply-adds', ru: 'Умножения со сложением' },
  multiplyAddsLead: { en: 'for one picture', ru: 'умножений со сложением на картинку' },
  cost: { en: 'Multiply-adds', ru: 'Операции' },
  memory: { en: 'Activation maps', ru: 'Карты активации' },
  memoryLead: { en: 'memory for one picture', ru: 'память на одну картинку' },
  receptiveField: { en: 'Receptive field', ru: 'Рецептивное поле' },
  receptiveFieldLead: {
    en: 'pixels that one place of the last map sees; the answer sees them all',
    ru: 'столько пикселей видит одно место последней карты; ответ видит все',
  },
  wholePicture: {
    en: 'what one place of the last map sees: the whole picture',
    ru: 'столько видит одно место последней карты: всю картинку',
  },
  input: { en: 'Input', ru: 'Вход' },
  output: { en: 'Output', ru: 'Выход' },
  layersTitle: { en: 'Layers', ru: 'Слои' },
  layer: { en: 'Layer', ru: 'Слой' },
  word: { en: 'Word', ru: 'Слово' },
  path: { en: 'Place', ru: 'Место' },
  note: { en: 'Note', ru: 'Заметка' },
  layerCount: {
    en: (n: number) => `${integer(n)} ${plural('en', n, 'layer', 'layers')}`,
    ru: (n: number) => `${integer(n)} ${plural('ru', n, 'слой', 'слоя', 'слоёв')}`,
  },
  diagram: { en: 'Diagram', ru: 'Схема' },
  diagramLead: {
    en: 'Follow the arrows. A dashed box is a part with a name; choose it to open or close it.',
    ru: 'Следуйте за стрелками. Штриховая рамка — часть с именем, её можно открыть и закрыть.',
  },
  diagramPlainLead: { en: 'Follow the arrows.', ru: 'Следуйте за стрелками.' },
  open: { en: 'Open', ru: 'Открыть' },
  close: { en: 'Close', ru: 'Закрыть' },
  openAll: { en: 'Open all parts', ru: 'Открыть все части' },
  closeAll: { en: 'Close all parts', ru: 'Закрыть все части' },
  tooMany: {
    en: (n: number) => `${integer(n)} boxes are too many for a picture; see the table.`,
    ru: (n: number) => `Для схемы ${integer(n)} блоков слишком много; смотрите таблицу.`,
  },
  add: { en: 'sum', ru: 'сумма' },
  concat: { en: 'joined by channel', ru: 'склейка по каналам' },
  noLayers: { en: 'This network has no layers.', ru: 'В этой сети нет слоёв.' },
} as const satisfies Dictionary;
