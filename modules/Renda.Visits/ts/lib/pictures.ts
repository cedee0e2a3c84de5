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
