// An emulated Pico 2 (RP2350, Cortex-M33) for rp2350.py: asked and answered in lines of JSON.
//
// node rp2350.js FOLDER IMAGE    FOLDER holds the emulator rp2350js, compiled; IMAGE is MicroPython's UF2 file
//
// In:  {"type": base64}  {"codes": [...], "samples": 15}  {"reset": true}  {"hz": n}  {"calm": true}  {"stop": true}
// Out: {"serial": base64} and {"uart": base64} as the board writes; {"line": [text, cc, top, level]} for each whole
//      line on USB; {"state": {...}} every 20 ms of its time; {"pressed": high} when it has been reset.
"use strict";

const path = require("node:path");
const readline = require("node:readline");

const [folder, image] = process.argv.slice(2);
const part = (name) => require(path.resolve(folder, name));
const { RP2350 } = part("index.js");
const { USBCDC } = part("usb/cdc.js");
const { RPUART } = part("peripherals/uart.js");
const { RP2350PSM } = part("peripherals/psm_rp2350.js");
const { ConsoleLogger, LogLevel } = part("utils/logging.js");

const FAN = 2, TACHOMETER = 3;
const REASON_TIMER = 1;
const STATE_EVERY = 20_000_000; // [ns]
const BATCH = 5_000_000; // until it looks whether it is asked something [ns]
const HIGH = 1; // GPIOPinState

let mcu, cdc;
let passed = 0; // by boards before the last reset [ns]
let resets = 0, resetWanted = null;
let codes = [0], samples = 15, sampled = 0;
let text = "", pending = [];
let highSince = null, highNanos = 0, window = 0, edges = 0, lowSince = 0, longestLow = 0;
let told = 0;
const began = performance.now();
let hz = 0, wire = true, turning = null;

const now = () => passed + mcu.clock.nanos;
const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");
const high = () => mcu.gpio[FAN].value === HIGH;

// A transmitter that takes its time: the original says "ready" for ever and raises its interrupt again as soon
// as it is cleared, so that MicroPython never leaves the handler. Here 32 bytes fit, one leaves per ten bits.
class TimedUART extends RPUART {
  waiting = 0;
  alarm = null;

  get flags() {
    const full = this.waiting >= 32 ? 1 << 5 : 0, empty = this.waiting === 0 ? 1 << 7 : 0;
    return (super.flags & ~(1 << 7)) | full | empty | (this.waiting > 0 ? 1 << 3 : 0);
  }

  checkInterrupts() {
    this.rp2040.setInterrupt(this.irq, !!(this.interruptStatus & this.interruptMask));
  }

  sent() {
    this.waiting--;
    if (this.waiting === 16 || this.waiting === 0) {
      this.interruptStatus |= 1 << 5;
      this.checkInterrupts();
    }
    if (this.waiting) this.alarm.schedule(this.byteNanos());
  }

  byteNanos() {
    return ((10 * 16 * Math.max(this.baudDivider, 1)) / this.rp2040.clkPeri) * 1e9;
  }

  writeUint32(offset, value) {
    super.writeUint32(offset, value);
    if (offset === 0) {
      this.alarm ??= this.rp2040.clock.createAlarm(() => this.sent());
      this.waiting = Math.min(this.waiting + 1, 32);
      if (this.waiting === 1) this.alarm.schedule(this.byteNanos());
    }
  }
}

// VRINTR and VRINTZ (Armv8-M Architecture Reference Manual, C2.4), by which round() and int() of a float go; the
// original has neither. The rounding mode is the one after reset: to nearest, ties to even.
const fpu = part("cortex-m33/execute-fpu.js");
const { fpuExecute } = fpu;
fpu.fpuExecute = (core, first, second) => {
  if ((first & 0xffbf) !== 0xeeb6 || (second & 0x0f50) !== 0x0a40) return fpuExecute(core, first, second);
  const target = (((second >>> 12) & 15) << 1) | ((first >>> 6) & 1);
  const value = core.regs.s[((second & 15) << 1) | ((second >>> 5) & 1)];
  core.regs.s[target] = second & 0x80 ? Math.trunc(value) : toNearest(value);
  return 1;
};

function toNearest(value) {
  const below = Math.floor(value), rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

// The power states with all of their 25 bits: the original has 17, and MicroPython's soft reset waits for ever for
// bit 24, the second core. Off and on again, that core starts anew in the boot ROM.
const POWER_BITS = 0x1ffffff, SECOND_CORE = 1 << 24;
const FORCED_OFF = 4;
const write = RP2350PSM.prototype.writeUint32;
RP2350PSM.prototype.writeUint32 = function (offset, value) {
  if (offset !== FORCED_OFF) return write.call(this, offset, value);
  const before = this.frceOff & SECOND_CORE;
  this.frceOff = value & POWER_BITS;
  if (before && !(value & SECOND_CORE)) {
    const [first, second] = this.rp2040.core;
    second.reset(false);
    second.cycles = first.cycles;
  }
};

// A chip fresh from reset: every register as it comes up, the flash as it was. `reason` is the watchdog's.
function power(flash, reason, scratch) {
  if (mcu) passed += mcu.clock.nanos;
  mcu = new RP2350({ coreArch: "arm" });
  mcu.logger = new ConsoleLogger(LogLevel.Error);
  if (flash) mcu.flash.set(flash);
  else mcu.loadFirmware(image, { initChip: false });
  if (scratch) mcu.watchdog.scratchData.set(scratch);
  mcu.watchdog.reason = reason;
  mcu.reset();
  mcu.watchdog.onWatchdogTrigger = () => {
    resetWanted = mcu.watchdog.reason;
  };
  Object.setPrototypeOf(mcu.uart[0], TimedUART.prototype);
  Object.assign(mcu.uart[0], { waiting: 0, alarm: null });
  let sentBytes = [];
  mcu.uart[0].onByte = (byte) => {
    sentBytes.push(byte);
    if (byte === 10) {
      say({ uart: Buffer.from(sentBytes).toString("base64") });
      sentBytes = [];
    }
  };
  const read = mcu.adc.onADCRead;
  mcu.adc.onADCRead = (channel) => {
    if (channel === 0) {
      const period = Math.min(Math.floor(sampled / samples), codes.length - 1);
      mcu.adc.channelValues[0] = codes[period];
      sampled++;
    }
    read(channel);
  };
  mcu.gpio[FAN].addListener(edge);
  highSince = null;
  lowSince = now();
  turn(hz);
  cdc = new USBCDC(mcu.usbCtrl);
  cdc.onSerialData = received;
}

function edge(state) {
  edges++;
  if (highSince !== null) highNanos += now() - highSince;
  highSince = null;
  if (state === HIGH) {
    highSince = now();
    longestLow = Math.max(longestLow, now() - lowSince);
  } else lowSince = now();
}

// Share of time that GP2 was high since last asked.
function level() {
  if (highSince !== null) {
    highNanos += now() - highSince;
    highSince = now();
  } else if (edges === 0 && high()) highNanos += now() - window;
  const share = now() > window ? highNanos / (now() - window) : null;
  highNanos = 0;
  window = now();
  edges = 0;
  return share;
}

function received(buffer) {
  say({ serial: Buffer.from(buffer).toString("base64") });
  text += Buffer.from(buffer).toString("latin1");
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
    const channel = mcu.pwm.channels[1];
    say({ line: [Buffer.from(text.slice(0, end), "latin1").toString("utf8").trim(), channel.cc & 0xffff, channel.top, level()] });
    text = text.slice(end + 1);
  }
}

// The tachometer's wire at a frequency [Hz]; 0 leaves it high.
function turn(frequency) {
  hz = frequency;
  wire = true;
  mcu.gpio[TACHOMETER].setInputValue(true);
  const chip = mcu;
  turning = mcu.clock.createAlarm(() => {
    if (chip !== mcu || !hz) return;
    wire = !wire;
    mcu.gpio[TACHOMETER].setInputValue(wire);
    turning.schedule(5e8 / hz);
  });
  if (hz) turning.schedule(5e8 / hz);
}

function state() {
  say({
    state: {
      seconds: now() / 1e9,
      high: high(),
      plain: mcu.gpio[FAN].functionSelect === 5,
      watchdog: mcu.watchdog.timer.enable,
      longest_low: longestLow,
      resets,
      connected: cdc.initialized,
    },
  });
}

function asked(message) {
  if ("type" in message) pending.push(...Buffer.from(message.type, "base64"));
  if ("codes" in message) [codes, samples, sampled] = [message.codes, message.samples, 0];
  if ("hz" in message) turn(message.hz);
  if ("calm" in message) longestLow = 0;
  if ("reset" in message) {
    power(mcu.flash, 0, null);
    say({ pressed: high() });
  }
  if ("stop" in message) process.exit(0);
}

// One instruction of each core; or, where both wait for an interrupt, straight on to whatever happens before `end`.
function step(end) {
  const [first, second] = mcu.core;
  const nanos = 1e9 / mcu.clkSys;
  const counting = mcu.pio.some((pio) => !pio.stopped);
  if (first.waiting && second.waiting && !counting) {
    const left = end - now();
    const cycles = Math.max(1, Math.ceil(Math.min(mcu.clock.nanosToNextAlarm || left, left) / nanos));
    first.cycles += cycles;
    second.cycles += cycles;
    mcu.clock.tick(cycles * nanos);
  } else {
    const cycles = mcu.stepCores();
    if (counting) mcu.stepThings(cycles);
    else mcu.clock.tick(cycles * nanos);
  }
}

function batch() {
  const end = now() + BATCH;
  for (let i = 0; i < 100_000 && now() < end; i++) {
    step(end);
    if (resetWanted !== null) {
      const timer = resetWanted === REASON_TIMER;
      if (timer) resets++;
      power(mcu.flash, resetWanted, mcu.watchdog.scratchData);
      resetWanted = null;
      state();
    }
  }
  while (pending.length && cdc.initialized && !cdc.txFIFO.full) cdc.sendSerialByte(pending.shift());
  if (now() - told > STATE_EVERY) {
    told = now();
    state();
  }
  // Never faster than time itself: who talks to it could not keep up.
  const ahead = now() / 1e6 - (performance.now() - began);
  if (ahead > 1) setTimeout(batch, ahead);
  else setImmediate(batch);
}

readline.createInterface({ input: process.stdin }).on("line", (line) => asked(JSON.parse(line))).on("close", () => process.exit(0));
power(null, 0, null);
batch();
