/** A small JPEG of a photo or of a video's first second; null where the browser cannot draw it (HEIC on some phones). */
export async function thumbnail(file: Blob, video: boolean): Promise<Blob | null> {
  try {
    const source = video ? await frame(file) : await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, 640 / Math.max(source.width, source.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(source.width * scale));
    canvas.height = Math.max(1, Math.round(source.height * scale));
    canvas.getContext("2d")?.drawImage(source, 0, 0, canvas.width, canvas.height);
    source.close();
    return await new Promise(resolve => canvas.toBlob(resolve, "image/jpeg", 0.8));
  } catch {
    return null;
  }
}

/** The 64-bit difference hash of a picture as 16 hex digits, made as the server makes it; null where it cannot be drawn. */
export async function differenceHash(picture: Blob): Promise<string | null> {
  try {
    const source = await createImageBitmap(picture);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [9, 8];
    const context = canvas.getContext("2d");
    if (!context) return null;
    context.imageSmoothingQuality = "high";
    context.drawImage(source, 0, 0, 9, 8);
    source.close();
    return hashOf(context.getImageData(0, 0, 9, 8).data);
  } catch {
    return null;
  }
}

/** Brightness of each of 9 × 8 points (RGBA) against its right neighbour. */
export function hashOf(points: Uint8ClampedArray): string {
  const bright = (i: number): number => Math.round(0.2126 * points[4 * i]! + 0.7152 * points[4 * i + 1]! + 0.0722 * points[4 * i + 2]!);
  let hash = 0n;
  for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) hash = hash << 1n | (bright(9 * y + x) < bright(9 * y + x + 1) ? 1n : 0n);
  return hash.toString(16).padStart(16, "0");
}

async function frame(file: Blob): Promise<ImageBitmap> {
  const url = URL.createObjectURL(file);
  try {
    const video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    video.preload = "auto";
    video.src = url;
    await new Promise<void>((resolve, reject) => {
      video.addEventListener("loadeddata", () => resolve(), { once: true });
      video.addEventListener("error", () => reject(new Error("This video cannot be drawn")), { once: true });
      setTimeout(() => reject(new Error("This video takes too long to draw")), 5_000);
    });
    return await createImageBitmap(video);
  } finally {
    URL.revokeObjectURL(url);
  }
}
