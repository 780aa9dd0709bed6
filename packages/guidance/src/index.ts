export { type ClassifierOptions, classifier } from './classifier.js';
export { classifierFree } from './classifier-free.js';
export { type ClassifierShift, meanShift, scoreShift } from './classifier-shift.js';
