import { once } from 'node:events';
import { cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SimulatorOptions } from '../packages/simulator/simulator.ts';
import { connectSimulator, readPicture } from './support/simulator-client.ts';
import { makeTemporaryDirectory } from './support/temporary-directory.ts';

const PICTURE = await readPicture('one-pixel.png');
const HOUR_MS = 3_600_000;
const NEVER = Number.POSITIVE_INFINITY;

const statusOf = async (address: string) => (await fetch(address)).status;

/** Starts simulators one after the other on folders in a temporary one, and collects their warnings. */
async function makePlace() {
  const directory = await makeTemporaryDirectory();
  const folder = join(directory.path, 'simulator');
  const warnings: string[] = [];
  return {
    folder,
    warnings,
    start: (options: SimulatorOptions = {}, at = folder) =>
      connectSimulator({ directory: at, onWarning: (text) => warnings.push(text), ...options }),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

describe('a simulator with a folder', () => {
  test('keeps its address, balance, originals and results over a restart', async () => {
    await using place = await makePlace();
    const first = await place.start({ uploads: 5 });
    const ready = once(first.simulator.events, 'photoReady');
    const { mdf, img_url: original } = await first.accept(PICTURE);
    await ready;
    const download = await first.call('download', { mdf });
    await first.simulator.close();
    await expect(fetch(original)).rejects.toThrow('fetch failed');

    const second = await place.start();
    await using _ = second.simulator;
    expect(second.simulator.url).toBe(first.simulator.url);
    expect(second.simulator.uploadsLeft).toBe(4);
    expect(await (await fetch(original)).bytes()).toEqual(PICTURE);
    expect(await second.call('download', { mdf })).toEqual(download);
    expect(await statusOf(`${second.simulator.url}/static/life_img/${mdf}01100.jpg`)).toBe(200);
    expect(place.warnings).toEqual([]);
    expect((await stat(place.folder)).mode & 0o777).toBe(0o700);
  });

  test('continues after a kill with what it had answered, and restores what was being processed', async () => {
    await using place = await makePlace();
    const first = await place.start({ uploads: 9, processingTimeMs: NEVER });
    const answers = await Promise.all(Array.from({ length: 3 }, () => first.accept(PICTURE)));
    // What is on the disk right after the answers is what a killed process leaves.
    const left = `${place.folder}-left`;
    await cp(place.folder, left, { recursive: true });
    await writeFile(join(left, 'state.json.123'), '{"half');
    await first.simulator.close();

    const second = await place.start({ processingTimeMs: NEVER }, left);
    await using _ = second.simulator;
    expect(second.simulator.uploadsLeft).toBe(6);
    expect(await readdir(left)).not.toContain('state.json.123');
    for (const { mdf } of answers) {
      const ready = once(second.simulator.events, 'photoReady');
      second.simulator.finish(mdf);
      expect(await ready).toEqual([{ mdf }]);
      expect(await second.call('download', { mdf })).toMatchObject({ code: 200 });
    }
  });

  test('forgets a picture after its hour, which goes on while it is stopped', async () => {
    await using place = await makePlace();
    let nowMs = Date.now();
    const options = { now: () => nowMs };
    const first = await place.start(options);
    const ready = once(first.simulator.events, 'photoReady');
    const { mdf, img_url: original } = await first.accept(PICTURE);
    await ready;
    await first.simulator.close();
    nowMs += HOUR_MS;
    const second = await place.start(options);
    await using _ = second.simulator;
    expect(await second.call('status', { mdf })).toMatchObject({ errno: 9002 });
    expect(await statusOf(original)).toBe(404);
    await expect.poll(() => readdir(place.folder)).toEqual(['state.json']);
  });

  test('takes another port if its own is taken, and says so', async () => {
    await using place = await makePlace();
    const first = await place.start({ uploads: 3 });
    const { url } = first.simulator;
    await first.simulator.close();
    const other = createServer().listen(Number(new URL(url).port), '127.0.0.1');
    await once(other, 'listening');
    const second = await place.start();
    await second.simulator.close();
    other.close();
    expect(second.simulator.url).not.toBe(url);
    expect(second.simulator.uploadsLeft).toBe(3);
    expect(place.warnings).toEqual([expect.stringContaining('port')]);
  });

  test.each([
    [
      'is cut off',
      async (folder: string) => writeFile(join(folder, 'state.json'), '{"version":1,'),
    ],
    [
      'is no state',
      async (folder: string) => writeFile(join(folder, 'state.json'), '{"version":7}'),
    ],
  ])('starts anew, and says so, if its state %s', async (_what, damage) => {
    await using place = await makePlace();
    const first = await place.start({ uploads: 3 });
    await first.accept(PICTURE);
    await first.simulator.close();
    await writeFile(
      join(place.folder, 'holiday.jpg'),
      'a picture of somebody who had this folder before',
    );
    await damage(place.folder);
    const second = await place.start();
    await using _ = second.simulator;
    expect(second.simulator.uploadsLeft).toBe(100);
    expect(await readdir(place.folder)).toEqual(['holiday.jpg', 'state.json']);
    expect(place.warnings).toEqual([expect.stringContaining('state')]);
  });

  test('has the number of uploads that it is given, whatever was left', async () => {
    await using place = await makePlace();
    await (await place.start({ uploads: 3 })).simulator.close();
    const second = await place.start({ uploads: 0 });
    await second.simulator.close();
    expect(second.simulator.uploadsLeft).toBe(0);
    await using third = (await place.start()).simulator;
    expect(third.uploadsLeft).toBe(0);
  });

  test('charges nothing for an upload that it could not keep', async () => {
    await using place = await makePlace();
    const { simulator, upload } = await place.start({ uploads: 3, processingTimeMs: NEVER });
    await using _ = simulator;
    await rm(join(place.folder, 'state.json'));
    await mkdir(join(place.folder, 'state.json'));
    expect(await upload(PICTURE)).toMatchObject({ errno: 9006 });
    expect(simulator.uploadsLeft).toBe(3);
    expect(await readdir(place.folder)).not.toContainEqual(expect.stringMatching(/\.jpg$/));
  });
});
