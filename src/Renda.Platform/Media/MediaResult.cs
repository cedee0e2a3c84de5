namespace Renda.Platform.Media;

/// <summary>The ways in which a file is refused; values, because a hostile file is no bug.</summary>
internal static class MediaRefusals
{
    public static readonly Refusal Empty = new("media.empty", new("文件是空的。", "The file is empty."), 422);

    public static readonly Refusal Unsupported = new("media.unsupported-type", new(
        "不支持这种文件。可以上传照片（JPEG、PNG、WebP、HEIC）、视频（MP4、MOV、WebM）和文件（PDF、docx、xlsx）。",
        "This kind of file is not accepted. Send photos (JPEG, PNG, WebP, HEIC), videos (MP4, MOV, WebM) or documents (PDF, docx, xlsx)."), 422);

    public static readonly Refusal Broken = new("media.broken", new(
        "文件已损坏，无法打开。请重新拍摄或重新导出后再上传。", "The file is broken and cannot be opened. Please take or export it again."), 422);

    public static readonly Refusal Unsafe = new("media.unsafe", new(
        "文件含有宏或异常的压缩内容，为安全起见不予接收。", "The file holds macros or abnormally compressed content and is not accepted."), 422);

    public static readonly Refusal TooManyPixels = new("media.too-many-pixels", new(
        "图像尺寸过大，无法处理。", "The picture has too many pixels to be processed."), 422);

    public static readonly Refusal Interrupted = new("media.interrupted", new(
        "上传中断，请重试。", "The upload was interrupted. Please try again."), 400);

    public static readonly Refusal StorageFull = new("media.storage-full", new(
        "服务器存储空间不足或暂时无法写入，文件没有保存，请稍后再试。", "The server's storage is full or cannot be written at the moment. The file was not kept; please try again later."), 507);

    public static Refusal TooLarge(long limit) => new("media.too-large",
        new Words("文件过大，上限为 {0} MB。", "The file is too large; the limit is {0} MB.").With(limit >> 20), 413);
}

/// <summary>What became of a file: an item or a refusal, never both.</summary>
public readonly record struct MediaResult
{
    internal MediaResult(MediaItem item) => Item = item;

    internal MediaResult(Refusal refusal) => Refusal = refusal;

    /// <summary>The stored original; null when refused.</summary>
    public MediaItem? Item { get; }

    /// <summary>Why it was not taken; null when stored.</summary>
    public Refusal? Refusal { get; }
}

/// <summary>The store cannot be written: disk full, read-only, failing. Nothing was half stored.</summary>
public sealed class MediaStorageException(Exception inner) : IOException("The media store cannot be written.", inner);
