// Title and sentence of the race, where the page around the arena does not say them: to a whole room, and inside another page.

export class Heading {
  constructor() {
    this.element = document.createElement("header")
    this.element.className = "rv-heading"
    this.title = this.element.appendChild(document.createElement("h2"))
    this.sentence = this.element.appendChild(document.createElement("p"))
  }

  show({ title, sentence, embedded, chapter }) {
    this.title.textContent = title
    this.sentence.textContent = sentence
    this.element.classList.toggle("rv-said-here", Boolean(embedded && chapter))
  }
}
