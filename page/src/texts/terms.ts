// Words for names that come from the payload: an unknown name is shown as it is.
import type { Lang } from '../lib/ui.svelte.ts';

type Words = Record<string, Record<Lang, string>>;

const metrics: Words = {
  accuracy: { en: 'Accuracy', ru: 'Доля верных ответов' },
  balanced_accuracy: { en: 'Balanced accuracy (mean recall)', ru: 'Полнота, среднее по классам' },
  f1_macro: { en: 'F1, mean over classes', ru: 'F1-мера, среднее по классам' },
  f1_weighted: { en: 'F1, weighted by class size', ru: 'F1-мера, взвешенная по классам' },
  top3_accuracy: { en: 'Correct among the first three', ru: 'Верный класс среди первых трёх' },
  auc: { en: 'AUC, each class against the rest', ru: 'AUC, каждый класс против остальных' },
  map: { en: 'Average precision, mean over labels (mAP)', ru: 'Средняя точность, среднее по меткам (mAP)' },
  f1_micro: { en: 'F1, all labels together', ru: 'F1-мера по всем меткам вместе' },
  subset_accuracy: { en: 'All labels of a picture right', ru: 'Все метки картинки верны' },
  hamming_loss: { en: 'Share of labels that are wrong', ru: 'Доля неверных меток' },
  log_loss: { en: 'Log-loss', ru: 'Логарифмические потери' },
  calibration_error: { en: 'Calibration error', ru: 'Ошибка калибровки' },
};

const parts: Words = {
  train: { en: 'training', ru: 'обучение' },
  val: { en: 'validation', ru: 'валидация' },
  test: { en: 'test', ru: 'тест' },
  'out-of-fold': { en: 'out-of-fold', ru: 'отложенные' },
};

const layers: Words = {
  conv: { en: 'convolution', ru: 'свёртка' },
  deconv: { en: 'transposed convolution', ru: 'транспонированная свёртка' },
  maxpool: { en: 'max pooling', ru: 'пулинг по максимуму' },
  avgpool: { en: 'average pooling', ru: 'пулинг по среднему' },
  adaptivemaxpool: { en: 'adaptive max pooling', ru: 'адаптивный пулинг: максимум' },
  adaptiveavgpool: { en: 'adaptive average pooling', ru: 'адаптивный пулинг: среднее' },
  gap: { en: 'global average', ru: 'среднее по всей карте' },
  flatten: { en: 'flatten', ru: 'растягивание в вектор' },
  id: { en: 'the input itself', ru: 'сам вход' },
  up: { en: 'up-sampling', ru: 'увеличение карты' },
  fc: { en: 'fully connected', ru: 'полносвязный слой' },
  relu: { en: 'activation ReLU', ru: 'активация ReLU' },
  relu6: { en: 'activation ReLU6', ru: 'активация ReLU6' },
  leaky: { en: 'activation Leaky ReLU', ru: 'активация Leaky ReLU' },
  tanh: { en: 'activation tanh', ru: 'активация tanh' },
  sigmoid: { en: 'activation sigmoid', ru: 'активация: сигмоида' },
  silu: { en: 'activation SiLU', ru: 'активация SiLU' },
  gelu: { en: 'activation GELU', ru: 'активация GELU' },
  elu: { en: 'activation ELU', ru: 'активация ELU' },
  prelu: { en: 'activation PReLU', ru: 'активация PReLU' },
  groupnorm: { en: 'group normalisation', ru: 'групповая нормализация' },
  layernorm: { en: 'layer normalisation', ru: 'послойная нормализация' },
  bn: { en: 'batch normalisation', ru: 'батч-нормализация' },
  lrn: { en: 'local normalisation', ru: 'локальная нормализация' },
  drop: { en: 'dropout', ru: 'дропаут' },
  softmax: { en: 'probabilities', ru: 'вероятности' },
  add: { en: 'sum of the branches', ru: 'сумма ветвей' },
  concat: { en: 'branches joined by channel', ru: 'склейка ветвей по каналам' },
  filters: { en: 'fixed filters', ru: 'заданные фильтры' },
  hog: { en: 'oriented gradients', ru: 'гистограмма градиентов' },
  aux: { en: 'side classifier', ru: 'боковой классификатор' },
};

const recipe: Words = {
  epochs: { en: 'Epochs', ru: 'Эпохи' },
  budget: { en: 'Time budget, s', ru: 'Бюджет времени, с' },
  seed: { en: 'Seed', ru: 'Зерно' },
  batch: { en: 'Batch size', ru: 'Размер батча' },
  weights: { en: 'First weights', ru: 'Начальные веса' },
  early_rate: { en: 'Rate of the first layers', ru: 'Скорость первых слоёв' },
  frozen_norm: { en: 'Batch norm is kept', ru: 'Батч-норма заморожена' },
  optimizer: { en: 'Optimizer', ru: 'Оптимизатор' },
  learning_rate: { en: 'Highest learning rate', ru: 'Наибольшая скорость обучения' },
  schedule: { en: 'Schedule of the rate', ru: 'Расписание скорости' },
  momentum: { en: 'Momentum', ru: 'Импульс' },
  weight_decay: { en: 'Weight decay', ru: 'Затухание весов' },
  warmup: { en: 'Warm-up, share of steps', ru: 'Разогрев, доля шагов' },
  label_smoothing: { en: 'Label smoothing', ru: 'Сглаживание меток' },
  zero_branches: { en: 'Residual branches begin at zero', ru: 'Остаточные ветви начинают с нуля' },
  averaging: { en: 'Averaging of weights', ru: 'Усреднение весов' },
  augment: { en: 'Augmentation', ru: 'Аугментация' },
  balance: { en: 'Unequal classes', ru: 'Неравные классы' },
  metric: { en: 'Epoch kept by', ru: 'Эпоха выбрана по' },
  views: { en: 'Views of a picture, answers averaged', ru: 'Видов картинки, ответы усредняются' },
  precision: { en: 'Precision asked for', ru: 'Заданная точность чисел' },
  channels_last: { en: 'Channels innermost in memory', ru: 'Каналы в памяти рядом' },
  fused: { en: 'Fused optimizer step', ru: 'Шаг оптимизатора одним ядром' },
  keep_memory: { en: 'Memory is kept between steps', ru: 'Память сохраняется между шагами' },
};

const augment: Words = {
  shift: { en: 'shift', ru: 'сдвиг' },
  rotate: { en: 'rotation', ru: 'поворот' },
  scale: { en: 'scale', ru: 'масштаб' },
  shear: { en: 'shear', ru: 'скос' },
  elastic: { en: 'elastic bend', ru: 'упругий изгиб' },
  flip: { en: 'left-right mirror', ru: 'зеркальное отражение' },
  erase: { en: 'erasing', ru: 'стирание' },
  brightness: { en: 'brightness', ru: 'яркость' },
  contrast: { en: 'contrast', ru: 'контраст' },
  few: { en: 'changes of a picture:', ru: 'изменений картинки:' },
  mixup: { en: 'mixup', ru: 'смешивание (mixup)' },
  cutmix: { en: 'cutmix', ru: 'вклейка (cutmix)' },
  outside: { en: 'beyond the edge:', ru: 'за краем:' },
  fill: { en: 'fill', ru: 'заливка' },
};

const values: Words = {
  auto: { en: 'auto', ru: 'авто' },
  accuracy: { en: 'accuracy', ru: 'доле верных ответов' },
  balanced_accuracy: { en: 'balanced accuracy', ru: 'средней полноте' },
  f1_macro: { en: 'F1, macro', ru: 'F1-мере' },
  auc: { en: 'AUC', ru: 'AUC' },
  map: { en: 'average precision (mAP)', ru: 'средней точности (mAP)' },
  f1_micro: { en: 'F1, micro', ru: 'F1-мере по всем меткам' },
  log_loss: { en: 'log-loss', ru: 'логарифмическим потерям' },
  sampling: { en: 'small ones drawn more often', ru: 'малые показаны чаще' },
  weights: { en: 'small ones count for more', ru: 'малые весят больше' },
  one: { en: 'one', ru: 'один' },
  mirrored: { en: 'two: as it is and mirrored', ru: 'два: как есть и зеркальный' },
  shifted: { en: 'three: as it is and shifted', ru: 'три: как есть и со сдвигом' },
  both: { en: 'six: mirrored and shifted', ru: 'шесть: с отражением и сдвигом' },
  sgd: { en: 'SGD with Nesterov momentum', ru: 'SGD с импульсом Нестерова' },
  adamw: { en: 'AdamW', ru: 'AdamW' },
  border: { en: 'its pixels again', ru: 'повтор крайних пикселей' },
  reflection: { en: 'reflection', ru: 'отражение' },
  fill: { en: 'one value', ru: 'одно значение' },
};

const device: Words = {
  device: { en: 'Device', ru: 'Устройство' },
  name: { en: 'Processor', ru: 'Процессор' },
  threads: { en: 'Threads', ru: 'Потоки' },
  precision: { en: 'Precision used', ru: 'Точность чисел' },
  svertka: { en: 'svertka', ru: 'svertka' },
  torch: { en: 'PyTorch', ru: 'PyTorch' },
  python: { en: 'Python', ru: 'Python' },
};

const fits: Words = {
  exact: { en: 'are resized; in training all had this one', ru: 'приводятся к этому; у обучающих все такие' },
  resize: { en: 'are resized', ru: 'приводятся к этому' },
  crop: { en: 'are resized and cropped', ru: 'уменьшаются и обрезаются' },
};

export const terms = { metrics, parts, layers, recipe, augment, values, device, fits };
