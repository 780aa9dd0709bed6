import { describe, expect, it } from 'vitest';
import type { OnnxPort } from '../onnx.js';
import { layOut } from './port-layout.js';
import { portView } from './port-view.js';

describe('layOut', () => {
  it('gives each port its own, aligned bytes', () => {
    const ports: OnnxPort[] = [
      { name: 'flags', type: 'bool', shape: [65] },
      { name: 'scalar', type: 'float32', shape: [] },
      { name: 'empty', type: 'int32', shape: [3, 0] },
      { name: 'counts', type: 'int32', shape: [4, 5] },
    ];
    const { ports: placed, end } = layOut(ports, 128);
    const buffer = new ArrayBuffer(end);
    const views = placed.map((port) => portView(port, buffer));
    expect(views.map(({ length }) => length)).toEqual([65, 1, 0, 20]);
    expect(views.every(({ byteOffset }) => byteOffset % 64 === 0 && byteOffset >= 128)).toBe(true);
    views.forEach((view, i) => {
      view.fill(i + 1);
    });
    views.forEach((view, i) => {
      expect(view.every((value) => value === i + 1)).toBe(true);
    });
  });

  it('refuses what has no fixed memory', () => {
    expect(() => layOut([{ name: 'x', type: 'float32', shape: ['batch', 2] }], 0)).toThrow(
      '`x` must have a fixed shape to be run, got [batch, 2]',
    );
    expect(() => layOut([{ name: 'x', type: 'int64', shape: [2] }], 0)).toThrow(expect.objectContaining({ code: 'port-type' }));
  });
});
