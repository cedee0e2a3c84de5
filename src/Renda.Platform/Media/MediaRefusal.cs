namespace Renda.Platform.Media;

/// <summary>Why a file was not taken: a value, because a hostile file is no bug.</summary>
/// <param name="Status">HTTP status that says the same.</param>
/// <param name="Code">Stable code, e.g. <c>media.broken</c>.</param>
/// <param name="Text">What to tell the sender.</param>
public sealed record MediaRefusal(int Status, string Code, Words Text)
{
    internal static readonly MediaRefusal Empty = new(422, "media.empty", new("文件是空的。", "The file is empty."));

    internal static readonly MediaRefusal Unsupported = new(422, "media.unsupported-type", new(
        "不支持这种文件。可以上传照片（JPEG、PNG、WebP、HEIC）、视频（MP4、MOV、WebM）和文件（PDF、docx、xlsx）。",
        "This kind of file is not accepted. Send photos (JPEG, PNG, WebP, HEIC), videos (MP4, MOV, WebM) or documents (PDF, docx, xlsx)."));

    internal static readonly MediaRefusal Broken = new(422, "media.broken", new(
        "文件已损坏，无法打开。请重新拍摄或重新导出后再上传。", "The file is broken and cannot be opened. Please take or export it again."));

    internal static readonly MediaRefusal Unsafe = new(422, "media.unsafe", new(
        "文件含有宏或异常的压缩内容，为安全起见不予接收。", "The file holds macros or abnormally compressed content and is not accepted."));

    internal static readonly MediaRefusal TooManyPixels = new(422, "media.too-many-pixels", new(
        "图像尺寸过大，无法处理。", "The picture has too many pixels to be processed."));

    internal static readonly MediaRefusal Interrupted = new(400, "media.interrupted", new(
        "上传中断，请重试。", "The upload was interrupted. Please try again."));

    internal static readonly MediaRefusal StorageFull = new(507, "media.storage-full", new(
        "服务器存储空间不足或暂时无法写入，文件没有保存，请稍后再试。", "The server's storage is full or cannot be written at the moment. The file was not kept; please try again later."));

    internal static MediaRefusal TooLarge(long limit) => new(413, "media.too-large",
        new Words("文件过大，上限为 {0} MB。", "The file is too large; the limit is {0} MB.").With(limit >> 20));
}

/// <summary>What became of a file: an item or a refusal, never both.</summary>
public readonly record struct MediaResult
{
    internal MediaResult(MediaItem item) => Item = item;

    internal MediaResult(MediaRefusal refusal) => Refusal = refusal;

    /// <summary>The stored original; null when refused.</summary>
    public MediaItem? Item { get; }

    /// <summary>Why it was not taken; null when stored.</summary>
    public MediaRefusal? Refusal { get; }
}

/// <summary>The store cannot be written: disk full, read-only, failing. Nothing was half stored.</summary>
public sealed class MediaStorageException(Exception inner) : IOException("The media store cannot be written.", inner);
