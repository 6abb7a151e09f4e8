// As much of a page as the organs of the arena touch: elements that hold elements, and nothing is drawn.

class Element {
  constructor(kind) {
    Object.assign(this, { kind, children: [], dataset: {}, style: {}, attributes: {}, heard: {}, isConnected: true, textContent: "" })
    this.classes = new Set()
    this.classList = { toggle: (name, on) => (on ? this.classes.add(name) : this.classes.delete(name)) }
  }

  appendChild(child) {
    this.children.push(child)
    return child
  }

  append(...children) {
    this.children.push(...children)
  }

  replaceChildren(...children) {
    this.children = children
  }

  get firstChild() {
    return this.children[0]
  }

  querySelector(kind) {
    return this.children.find((child) => child.kind === kind) ?? null
  }

  setAttribute(name, value) {
    this.attributes[name] = String(value)
  }

  addEventListener(name, hear) {
    this.heard[name] = hear
  }

  contains(other) {
    return other === this || this.children.includes(other)
  }
}

export const element = (kind = "div") => new Element(kind)

/** Put a document in place of the one that Node has not. */
export function openPage() {
  const page = Object.assign(element("document"), { body: element("body"), createElement: element })
  page.removeEventListener = (name) => delete page.heard[name]
  page.activeElement = page.body
  globalThis.document = page
  return page
}

export function closePage() {
  delete globalThis.document
}

/** Frames that run when they are told to. */
export function frames() {
  const waiting = new Map()
  let last = 0
  globalThis.requestAnimationFrame = (work) => (waiting.set(++last, work), last)
  globalThis.cancelAnimationFrame = (id) => waiting.delete(id)
  return {
    waiting,
    run(now) {
      const due = [...waiting.values()]
      waiting.clear()
      for (const work of due) work(now)
    },
  }
}

export const settled = () => new Promise((resolve) => setImmediate(resolve))
