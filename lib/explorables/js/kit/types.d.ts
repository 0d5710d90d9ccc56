// The kit's types, for `tsc`, which checks the JavaScript by its JSDoc comments. They are global:
// a comment names them without an import. What depends on the view, as its state, is `any`.

/** What a slider, a permalink or Python may set: one value for each trait, by its name. */
type State = any;
/** Every number on screen by its quantity's key, and what the charts need. */
type Derived = any;
/** The palette by tone; `surface` is a list, the map of the surfaces. */
type Colors = any;
/** What a chart may be given; its comment lists them. */
type Options = any;
/** Horizontal and vertical, in pixels or in the units of the axes. */
type Point = [number, number];
type Draw = (state: State, derived: Derived, colors: Colors) => void;

/** A trait as Python describes it; which limits there are depends on its kind. */
interface Trait {
  kind: 'number' | 'integer' | 'vector' | 'distribution' | 'choice' | 'flag' | 'text';
  label: string;
  unit: string;
  min: number;
  max: number;
  step: number;
  labels: string[];
  minLength: number;
  tolerance: number;
  maxLength: number;
  help: string;
  examples: { label: string; text: string; place: number }[];
  integer: boolean;
  options: { value: string; label: string }[];
}
type Schema = Record<string, Trait>;

/** What Python writes as data: a number, a name, or a list of what is done and what it is done to. */
type Expression = any;
/** By the value of the trait `by`, a condition, and what `trait` becomes where it does not hold. */
interface Rule {
  trait: string;
  by: string;
  cases: Record<string, [Expression, Expression]>;
}

/** A text, or one for each view, by the value of the trait `view`. */
type Words = string | Record<string, string>;

interface Quantity {
  key: string;
  label: Words;
  unit: string;
  decimals: number;
  tone: string;
  scientific: boolean;
  /** What is shown in the place of ∞, if anything else is. */
  infinite: string;
  /** Those that show it; without any, all do. */
  views: string[];
}

/** What Python says of an explorable: its words, its traits and its first state. */
interface Config {
  name: string;
  title: string;
  prompt: Words;
  challenge: Words;
  quantities: Quantity[];
  schema: Schema;
  rules: Rule[];
  state: State;
  /** The arrays of the book's own that it needs: see assets.js. */
  needs?: { name: string; words: string }[];
  /** Of a figure with data of the reader's own: what Python calls them. */
  variables?: Record<string, string>;
  /** These data, where a page carries them: their bytes in base64. */
  data?: { arrays: Described[]; bytes: string };
}

/** What says how to read the bytes of an array: see data.js. */
interface Described {
  name: string;
  shape: number[];
  dtype: string;
}
type Arrays = Record<string, { shape: number[]; values: any }>;
/** Arrays of the book's own by name, and what else is known of them: see assets.js. */
type Assets = Record<string, { arrays: Arrays; facts: any }>;

/** Arrays of the reader's own, by name, and what Python calls them: see data.js. */
interface Data {
  variables: Record<string, string>;
  arrays: Arrays;
}

/** State with or without a kernel: see store.js. */
interface Store {
  get(): State;
  set(patch: State): boolean;
  subscribe(listener: (state: State) => void): () => void;
}

/** An element of MathML; `kind` says how it stands to its neighbours. */
interface MathPart {
  tag: string;
  children: MathPart[] | string;
  attributes: Record<string, any>;
  kind: string;
}
/** A formula, or a part of one: what mathml.js makes. */
type Formula = MathPart[];

/** What a file in explorables/ exports: see shell.js. */
interface View {
  name: string;
  derive(state: State, data: Data | null, assets: Assets): Derived;
  formula(state: State, derived: Derived, narrow: boolean): Formula;
  python(state: State, derived: Derived): string;
  solved(state: State, derived: Derived): boolean;
  build(ui: Ui): void;
  summary?(state: State, derived: Derived): string;
  constrain?(state: State, changed: State, schema: Schema): State | undefined;
  shared?(state: State): State;
  wide?: boolean;
}

/** Where an explorable runs: on a page of the site, or in Jupyter. */
interface Env {
  permalink: import('./permalink.js').Permalink | null;
  data: Data | null;
  /** Whether there is a kernel to ask. */
  kernel?: boolean;
  /** What has come of the arrays that the figure needs; `asset` asks for one. */
  assets: Assets;
  asset(name: string): Promise<any>;
  surface3d(): Promise<any>;
  /** What makes tables of charts' data: charts/tables.js. */
  tables(): Promise<any>;
}

/** What charts and controls are given to build with. */
interface Ui {
  stage: HTMLElement;
  schema: Schema;
  /** What `assets` of assets.js asks for. */
  needs: { name: string; words: string }[];
  env: Env;
  state(): State;
  colors(): Colors;
  /** Apply the valid part of a patch. */
  set(patch: State): void;
  /** `f` decides by the state what is hidden, before anything is drawn. */
  onArrange(f: (state: State) => void): void;
  /** `draw` on every change; without a `node`, or if it is `first`, it never waits. */
  onUpdate(draw: Draw, node?: Element, first?: boolean): void;
  onReset(f: () => void): void;
  /** `data` gives what the chart of `node` shows, for a table: see charts/tables.js. */
  onTable(node: Element, data: (state: State, derived: Derived) => any): void;
  /** `f(width, height)` says whether all must be drawn anew. */
  observe(node: Element, f: (width: number, height: number) => boolean): void;
  addControl<T extends Element>(node: T): T;
  within(box: Element, build: () => void): void;
  onStage(box: HTMLElement, build: () => void): void;
  say(text: string, alert?: boolean, node?: Element, more?: Node | string): void;
  /** Draw again: everything, or one updater whose state is its own. */
  redraw(updater?: Draw): void;
  cleanup(f: () => void): void;
}

/** On a page of the site: the views whose scripts have come, and what brings those to life. */
declare var CrossEntropyBook: {
  views: Record<string, (kit: Record<string, object>, made: (view: View) => void) => void>;
  start?: () => void;
};
