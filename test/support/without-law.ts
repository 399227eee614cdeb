import type { LawName } from './law.ts';

/** Laws that do not apply to some parsers, and why. */
export interface WithoutLaw {
  readonly parsers: readonly string[];
  readonly laws: readonly LawName[];
  readonly reason: string;
}

/** Every cell of the table of laws that is empty on purpose. */
export const WITHOUT_LAW: readonly WithoutLaw[] = [
  {
    parsers: ['RequestLineDecoder', 'StatusLineDecoder', 'FieldSectionDecoder'],
    laws: ['model', 'split', 'round trip', 'prefix', 'rest'],
    reason:
      'It is a part of RequestHeadDecoder, ResponseHeadDecoder or ChunkedDecoder, and held to the laws as such.',
  },
  {
    parsers: ['CodeLengthDecoder'],
    laws: ['model', 'split', 'round trip', 'prefix', 'rest'],
    reason: 'It is a part of Inflater, and held to the laws as such.',
  },
  {
    parsers: [
      'parseHost',
      'parseRequestTarget',
      'parseTokenList',
      'parseParameterisedList',
      'parseContentLength',
      'parseConnectionOptions',
      'parseUpgrade',
      'parseExtensions',
      'parseCursor',
    ],
    laws: ['split', 'prefix', 'rest'],
    reason: 'It takes a whole value: nothing more can come, and nothing can follow.',
  },
  {
    parsers: ['parseConnectionOptions'],
    laws: ['round trip'],
    reason: 'It keeps of the list only what encke acts on.',
  },
  {
    parsers: ['takeHeadDecoder', 'handOnHeadDecoder'],
    laws: ['model', 'split', 'round trip', 'prefix', 'rest'],
    reason: 'It hands decoders from one connection to the next, and decodes nothing.',
  },
  {
    parsers: ['judgeRequest'],
    laws: ['split', 'round trip', 'prefix', 'rest'],
    reason: 'It judges a head that is whole, and encodes nothing.',
  },
  {
    parsers: ['judgeOpeningHandshake', 'judgeServerHandshake'],
    laws: ['split', 'prefix', 'rest'],
    reason: 'It judges a head that is whole.',
  },
  {
    parsers: ['judgeServerHandshake'],
    laws: ['round trip'],
    reason: 'It is the way back in the round trip of judgeOpeningHandshake.',
  },
  {
    parsers: ['decodeText', 'parseClosing'],
    laws: ['split', 'prefix'],
    reason: 'It takes a whole payload: nothing more can come.',
  },
  {
    parsers: ['mask'],
    laws: ['prefix'],
    reason: 'Any number of octets can be masked.',
  },
  {
    parsers: ['FrameHeader'],
    laws: ['split'],
    reason: 'It keeps nothing between two calls: a split of the octets is a prefix of them.',
  },
  {
    parsers: ['Log'],
    laws: ['split', 'round trip', 'prefix', 'rest'],
    reason: 'It is no parser: it is held to its model, whatever happens to it in whatever order.',
  },
  {
    parsers: ['Deflater'],
    laws: ['model', 'prefix', 'rest'],
    reason: 'It reads nothing: what it makes is held to what inflaters read in it.',
  },
  {
    parsers: ['MessageCompression'],
    laws: ['split', 'prefix', 'rest'],
    reason: 'It takes a whole payload: Inflater, which it hands it to, is held to these laws.',
  },
  {
    parsers: ['acceptDeflate', 'judgeDeflateAnswer'],
    laws: ['split', 'prefix', 'rest'],
    reason: 'It judges what was parsed.',
  },
  {
    parsers: ['judgeDeflateAnswer'],
    laws: ['round trip'],
    reason: 'It is the way back in the round trip of acceptDeflate.',
  },
];
