/**
 * What RFC 6455 and RFC 9112 ask of a server or a client and nothing in `src` decides: by the id of the
 * clause, why encke keeps it all the same.
 */
export const WITHOUT_PLACE: Readonly<Record<string, string>> = {
  '9112-10.1-1':
    'nothing here reads the content of a message/http; whoever does gets it as it came',
};
