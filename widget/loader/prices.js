// Prices come by a second module, once the calendar is there.

import { lazily } from './modules.js';

const priceModule = lazily(DAYMARK_PRICE_GLUE, DAYMARK_PRICE_WASM);

/** One calendar's prices; the widget calls these. Nothing is priced while the module has not arrived. */
export class Prices {
  #snapshot;
  #told;
  #module;
  #made;
  #busy;

  constructor(snapshot, told) {
    this.#snapshot = snapshot;
    this.#told = told;
  }

  quote(request) {
    return this.#made?.quote(request);
  }

  renew(snapshot) {
    this.#snapshot = snapshot;
    if (this.#module) this.#make();
  }

  async fetch() {
    if (this.#busy) return;
    this.#busy = true;
    this.#module = await priceModule().catch(() => null);
    this.#busy = false;
    if (this.#module) this.#make();
    this.#told(!!this.#made);
  }

  #make() {
    this.#made?.free();
    this.#made = this.#module.Prices.read(this.#snapshot);
  }
}
