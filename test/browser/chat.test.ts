import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, afterEach, before, it } from 'node:test';
import { type Example, startExample } from '../support/example.ts';
import { ChatTab, DESKTOP, PHONE, type Size } from './chat-tab.ts';
import { describeInChromium } from './chromium.ts';
import { faintTexts } from './faint-texts.ts';
import { spilling } from './spilling.ts';
import { assertAllReached } from './tab-stops.ts';

describeInChromium('the demonstration', (browser) => {
  let example: Example;
  let tabs: ChatTab[] = [];

  before(async () => {
    example = await startExample('start');
  });
  after(() => example.stop());

  afterEach(async () => {
    const complaints = tabs.flatMap((tab) => tab.complaints);
    for (const { page } of tabs) await page.close();
    tabs = [];
    assert.deepEqual(complaints, [], 'the console is free of errors and violations');
  });

  async function open(size: Size = DESKTOP): Promise<ChatTab> {
    const tab = await ChatTab.open(browser(), example.url, size);
    tabs.push(tab);
    return tab;
  }

  async function connected(size?: Size): Promise<ChatTab> {
    const tab = await open(size);
    await tab.connect();
    return tab;
  }

  it('lets two tabs chat', async () => {
    const [one, other] = [await connected(), await connected()];
    await one.say('Hello there');
    await other.hears('Hello there');
    await other.say('Hello yourself ☄');
    await one.hears('Hello yourself ☄');
    assert.equal(await one.page.locator('#log .mine', { hasText: 'there' }).count(), 1);
    assert.equal(await other.page.locator('#log .theirs', { hasText: 'there' }).count(), 1);
  });

  it('shows the opening handshake as it was, and how the accept value comes from the key', async () => {
    const { page } = await connected();
    const request = await page.locator('.head.client .lines code').allTextContents();
    const response = await page.locator('.head.server .lines code').allTextContents();
    const address = new URL(await page.inputValue('#address'));
    assert.equal(request[0], `GET ${address.pathname}${address.search} HTTP/1.1\\r\\n`);
    assert.equal(response[0], 'HTTP/1.1 101 Switching Protocols\\r\\n');
    assert.ok(request.includes(`Host: ${address.host}\\r\\n`));
    assert.ok(request.includes('Sec-WebSocket-Version: 13\\r\\n'));

    const key = field(request, 'Sec-WebSocket-Key');
    const joined = `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const digest = createHash('sha1').update(joined).digest();
    assert.equal(field(response, 'Sec-WebSocket-Accept'), digest.toString('base64'));
    assert.deepEqual(await page.locator('.steps code').allTextContents(), [
      key,
      spaced(Buffer.from(key, 'base64')),
      joined,
      spaced(digest),
      digest.toString('base64'),
    ]);
  });

  it('shows the octets of both heads', async () => {
    const { page } = await connected();
    for (const from of ['client', 'server']) {
      const dump = await page.locator(`.head.${from} pre`).textContent();
      const octets = dump!.split('\n').map((line) => line.slice(6, 29).replaceAll(' ', ''));
      const lines = await page.locator(`.head.${from} .lines code`).allTextContents();
      const head = lines.join('').replaceAll('\\r\\n', '\r\n');
      assert.equal(Buffer.from(octets.join(''), 'hex').toString('latin1'), head);
    }
  });

  it('names the fields of a frame from the tab, masked', async () => {
    const tab = await connected();
    await tab.say('Hello');
    const frame = await tab.frame('This tab says “Hello”');
    assert.equal(frame.direction, 'to server');
    assert.deepEqual(frame.whole.slice(0, 2), ['81', '85']);
    assert.deepEqual(frame.fields, [
      '1FINlast part',
      '000RSVunused',
      '0001opcode1: text',
      '1MASKmasked',
      '0000101payload length5',
      'masking keyfresh for every frame',
    ]);
    assert.equal(frame.whole[2]?.length, 8);
    assert.deepEqual(Buffer.from(frame.key.join(''), 'hex').subarray(0, 4), hex(frame.whole[2]!));
    const unmasked = hex(frame.masked.join('')).map(
      (octet, i) => octet ^ hex(frame.key.join(''))[i]!,
    );
    assert.equal(Buffer.from(unmasked).toString(), 'Hello');
    assert.equal(frame.payload.join(''), '48656c6c6f');
    assert.deepEqual(frame.reads, ['H', 'e', 'l', 'l', 'o']);
  });

  it('names the fields of a frame from the server, not masked', async () => {
    const tab = await connected();
    await tab.say('Hé');
    const frame = await tab.frame(': Hé”');
    assert.equal(frame.direction, 'to this tab');
    assert.deepEqual(frame.fields.slice(3, 4), ['0MASKno mask']);
    assert.equal(frame.fields.length, 5);
    assert.deepEqual([frame.masked, frame.key], [[], []]);
    assert.equal(frame.reads.join('').replace(/^\w+/, ''), ':␣Hé');
    assert.ok(hex(frame.payload.join('')).toString().endsWith(': Hé'));
  });

  it('shows a ping from the server and the answer that the browser gives by itself', async () => {
    const tab = await connected();
    await tab.page.click('#ping');
    const ping = await tab.frame('The server asks whether');
    const pong = await tab.frame('This tab answers the ping');
    assert.equal(ping.whole[0], '89');
    assert.equal(pong.whole[0], '8a');
    assert.deepEqual(pong.payload, ping.payload);
  });

  it('shows binary messages, and lengths that take 16 and 64 bits', async () => {
    const tab = await connected();
    await tab.page.click('#binary');
    const binary = await tab.frame('This tab sends 8 octets of binary data');
    assert.equal(binary.whole[0], '82');
    assert.deepEqual(
      binary.reads,
      binary.payload.map((octet) => `${Number.parseInt(octet, 16)}`),
    );

    await tab.say('x'.repeat(200));
    const long = await tab.frame('200 octets');
    assert.deepEqual(long.whole.slice(1, 3), ['fe', '00c8']);
    assert.equal(long.fields[4], '1111110payload length126: next 2 octets');
    assert.equal(long.fields[5], 'extended length200');
    assert.equal(long.more, '… and 152 more');

    await tab.page.click('#long');
    const longer = await tab.frame('70,000 octets');
    assert.deepEqual(longer.whole.slice(1, 3), ['ff', '0000000000011170']);
  });

  it('closes from the page with the code and the reason that were typed', async () => {
    const tab = await connected();
    await tab.page.fill('#code', '4321');
    await tab.page.fill('#reason', 'Enough');
    await tab.page.click('#close');
    const frame = await tab.frame('This tab closes with code 4321, private use, “Enough”');
    assert.deepEqual(frame.reads, ['4321', 'E', 'n', 'o', 'u', 'g', 'h']);
    await tab.frame('The server closes with code 4321');
    await tab.page.locator('#status', { hasText: 'Closed with code 4321' }).waitFor();
    await tab.page.locator('#frames .end', { hasText: 'The server ends' }).waitFor();
  });

  it('closes from the server, and connects again', async () => {
    const tab = await connected();
    await tab.page.click('#close-server');
    await tab.frame('The server closes with code 1000, normal closure, “Goodbye”');
    await tab.page.waitForSelector('#status[data-state=closed]');
    await tab.connect();
    await tab.say('Back again');
    await tab.hears('Back again');
  });

  it('talks to another server too, and says that it can’t see those octets', async () => {
    const subject = await startExample('subject');
    const tab = await open();
    await tab.page.fill('#address', subject.url.replace('http:', 'ws:'));
    await tab.page.click('#connect');
    await tab.page.waitForSelector('#status[data-state=open]');
    await tab.say('echo, please');
    await tab.page.locator('#log .theirs', { hasText: 'echo, please' }).waitFor();
    assert.match((await tab.page.textContent('#handshake'))!, /can’t be recorded/);
    await subject.stop();
    await tab.page.waitForSelector('#status[data-state=closed]');
  });

  it('says what is wrong with an address', async () => {
    const tab = await open();
    await tab.page.fill('#address', 'mailto:nobody@example.com');
    await tab.page.click('#connect');
    await tab.page.locator('#status', { hasText: 'ws:// or wss://' }).waitFor();
  });

  it('works with the keyboard alone', async () => {
    const { page } = await open();
    const press = (key: string) => page.keyboard.press(key);
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement!;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return { id: element.id, ring: `${outlineStyle} ${outlineWidth}` };
      });
    await press('Tab');
    assert.deepEqual(await focused(), { id: '', ring: 'solid 3px' }, 'the way past the chat');
    await press('Tab');
    assert.deepEqual(await focused(), { id: 'other', ring: 'solid 3px' }, 'the other page');
    await press('Tab');
    assert.deepEqual(await focused(), { id: 'address', ring: 'solid 3px' });
    await press('Tab');
    assert.deepEqual(await focused(), { id: 'connect', ring: 'solid 3px' });
    await press('Space');
    await page.waitForSelector('#status[data-state=open]');
    const order = [];
    for (let i = 0; i < 10; i++) {
      await press('Tab');
      order.push((await focused()).id);
    }
    assert.deepEqual(order, [
      ...['log', 'message', 'send', 'ping', 'binary', 'long'],
      ...['code', 'reason', 'close', 'close-server'],
    ]);
    await page.focus('#message');
    await page.keyboard.type('typed');
    await press('Enter');
    await page.locator('#log .mine', { hasText: 'typed' }).waitFor();
    assert.equal((await focused()).id, 'message');

    // The frames are told of a little later than the line, the latest first: so this one by its name.
    const frame = page.locator('.frame', { hasText: ': typed”' });
    await frame.and(page.locator('[open]')).waitFor();
    await frame.locator('summary').focus();
    await press('Enter');
    await frame.and(page.locator(':not([open])')).waitFor();
  });

  it('is reached as a whole with the key Tab on a phone, and keeps one’s place when it closes', async () => {
    const tab = await connected(PHONE);
    await tab.say('Hello');
    await tab.frame(': Hello”');
    await assertAllReached(tab.page);
    await tab.page.focus('#close-server');
    await tab.page.keyboard.press('Enter');
    await tab.page.waitForSelector('#status[data-state=closed]');
    assert.equal(await tab.page.evaluate(() => document.activeElement!.id), 'connect');
  });

  it('names every control, and tells of new lines without being asked', async () => {
    const { page } = await open();
    const nameless = await page.evaluate(() =>
      Array.from(document.querySelectorAll('input')).filter((input) => input.labels?.length !== 1),
    );
    assert.deepEqual(nameless, []);
    assert.equal(await page.getAttribute('#log', 'aria-live'), 'polite');
    assert.equal(await page.getAttribute('#status', 'role'), 'status');
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
  });

  for (const size of [PHONE, { width: 800, height: 600 }, DESKTOP]) {
    it(`fits a window of ${size.width} pixels`, async () => {
      const tab = await connected(size);
      await tab.say(`long: ${'x'.repeat(500)}`);
      await tab.page.click('#long');
      await tab.frame('70,000 octets');
      for (const details of await tab.page.locator('details.dump summary').all()) {
        await details.click();
      }
      const width = await tab.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= size.width, `${width} pixels wide`);
      assert.deepEqual(await tab.page.evaluate(spilling), []);
    });
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`can be read in ${colorScheme}`, async () => {
      const tab = await connected();
      await tab.page.emulateMedia({ colorScheme });
      await tab.say('How well is this read?');
      await tab.frame('How well is this read?');
      const background = await tab.page.evaluate(() => getComputedStyle(document.body).background);
      assert.match(background, colorScheme === 'light' ? /rgb\(2[45]\d/ : /rgb\(1\d,/);
      assert.deepEqual(await tab.page.evaluate(faintTexts), []);
    });
  }
});

// Helpers

function field(lines: readonly string[], name: string): string {
  const line = lines.find((text) => text.startsWith(`${name}: `)) ?? '';
  return line.slice(name.length + 2).replace('\\r\\n', '');
}

function spaced(octets: Buffer): string {
  return octets.toString('hex').replace(/..(?!$)/g, '$& ');
}

function hex(octets: string): Buffer {
  return Buffer.from(octets, 'hex');
}
