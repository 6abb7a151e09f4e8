// The clock of a race: a position in steps, from 0 to `steps`, that plays, pauses and is scrubbed.

const SECONDS = 7 // a whole run at speed 1 ...
const SLOWEST = 2.5 // ... but never fewer steps a second than this

export class Playback {
  constructor(steps = 0) {
    this.steps = steps
    this.position = steps
    this.playing = false
    this.speed = 1
  }

  /** The last step that is complete. */
  get step() {
    return Math.floor(this.position + 1e-9)
  }

  get atEnd() {
    return this.position >= this.steps
  }

  /** A new race has `steps` steps. Who stood at the end stays at the end; anyone else stays where they were. */
  resize(steps) {
    this.position = this.atEnd ? steps : Math.min(this.position, steps)
    this.steps = steps
  }

  play() {
    if (this.atEnd) this.position = 0
    this.playing = this.steps > 0
  }

  /** Stop on a whole step: between two steps there is no iterate. */
  pause() {
    this.playing = false
    this.position = Math.min(this.step, this.steps)
  }

  seek(position) {
    this.playing = false
    this.position = Math.max(0, Math.min(this.steps, Math.round(position)))
  }

  /** Let `seconds` pass. Returns whether the race is still playing. */
  advance(seconds) {
    if (!this.playing) return false
    const rate = Math.max(SLOWEST, this.steps / SECONDS) * this.speed
    this.position = Math.min(this.steps, this.position + rate * seconds)
    if (this.atEnd) this.pause()
    return this.playing
  }
}
