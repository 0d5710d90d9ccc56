// What only a turned surface needs; loaded when a reader asks for it.
export * from './charts/surface3d.js';
