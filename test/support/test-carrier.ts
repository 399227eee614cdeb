import { OutputList } from '../../src/bytes/output.ts';
import type { Carrier, Endpoint, Hold, Tenant } from '../../src/hub/carrier.ts';

/** A carrier without a stream: time, and what the peer does, are the test's to say. */
export class TestCarrier implements Carrier {
  readonly output = new OutputList();
  remoteAddress: string | undefined = '192.0.2.1';
  localAddress: string | undefined = '192.0.2.2';
  secure = false;
  bufferedAmount = 0;
  behind = false;
  reading = true;
  now = 0;
  receivedAt = 0;
  receivedOctets = 0;
  endpoint: Endpoint | undefined;
  tenant: Tenant | undefined;
  holds = 0;
  /** The delays that {@link checkIn} was called with. */
  readonly delays: number[] = [];

  carry(endpoint: Endpoint, tenant: Tenant): void {
    this.endpoint = endpoint;
    this.tenant = tenant;
  }

  feed(octets: Uint8Array): void {
    if (octets.length > 0) this.endpoint!.receive(octets);
  }

  hold(reason: Hold): void {
    if (this.holds === 0) this.endpoint!.pause();
    this.holds |= reason;
  }

  release(reason: Hold): void {
    const before = this.holds;
    this.holds &= ~reason;
    if (before !== 0 && this.holds === 0) this.endpoint!.resume();
  }

  checkIn(delay: number): void {
    this.delays.push(delay);
  }

  /** Octets come from the peer now. */
  receive(octets: Uint8Array): void {
    this.receivedAt = this.now;
    this.receivedOctets += octets.length;
    this.endpoint!.receive(Buffer.from(octets));
  }

  /** Time passes, and the tenant is asked what is due. */
  pass(milliseconds: number): number {
    this.now += milliseconds;
    return this.tenant!.check(this.now);
  }
}
