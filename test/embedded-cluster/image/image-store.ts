// The images that exist, by full name: what a registry has. Everything else is "not found".
import type { Image } from './image.ts';
import { fullImageName } from './image-name.ts';

export interface ImageStore {
  /** Registers an image; another one of that name goes. @throws Error when the name is none */
  add(name: string, image: Image): void;
  find(fullName: string): Image | null;
  readonly names: () => readonly string[];
}

export function createImageStore(): ImageStore {
  const images = new Map<string, Image>();
  return {
    add(name, image) {
      const full = fullImageName(name);
      if (full.kind === 'invalid') throw new Error(`Cannot register the image name "${name}": ${full.why}`);
      images.set(full.name, image);
    },
    find: (fullName) => images.get(fullName) ?? null,
    names: () => [...images.keys()],
  };
}
