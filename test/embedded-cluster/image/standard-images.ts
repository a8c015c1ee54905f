// The images that every embedded cluster has.
import { join } from 'node:path';
import { createBusyboxImage, findStaticBusybox } from './busybox-image.ts';
import { asHelperImage, type StandIn } from './helper-image.ts';
import { createHostImage } from './host-image.ts';
import type { Image } from './image.ts';
import type { ImageStore } from './image-store.ts';
import { createImageVariant, type ImageVariant } from './image-variant.ts';

export const imageNames = {
  build: 'registry.example.org/build:latest',
  helper: 'registry.example.org/helper:latest',
  busybox: 'registry.example.org/busybox:latest',
} as const;

type Standard = keyof typeof imageNames;

/** Returns whether there is a busybox image. @throws Error when an alias names no image that is here */
export function addStandardImages(
  images: ImageStore,
  settings: {
    readonly directory: string;
    readonly standIn: StandIn;
    readonly aliases: Readonly<Record<string, Standard>>;
    readonly variants: Readonly<Record<string, ImageVariant>>;
  },
): boolean {
  const place = (name: string): string => join(settings.directory, name);
  const busybox = findStaticBusybox();
  const made: Readonly<Partial<Record<Standard, Image>>> = {
    build: createHostImage(place('build')),
    helper: asHelperImage(createHostImage(place('helper')), settings.standIn),
    ...(busybox === null ? {} : { busybox: createBusyboxImage(place('busybox'), busybox) }),
  };
  const names = [
    ...Object.entries(imageNames).map(([standard, name]) => [name, standard as Standard] as const),
    ...Object.entries(settings.aliases),
  ];
  for (const [name, standard] of names) {
    const image = made[standard];
    if (image) images.add(name, image);
  }
  for (const [index, [name, variant]] of Object.entries(settings.variants).entries())
    images.add(name, createImageVariant(place(`variant-${index}`), name, variant));
  return busybox !== null;
}
