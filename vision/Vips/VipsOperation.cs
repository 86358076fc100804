namespace Pomona.Vision.Vips;

/// <summary>One call of a libvips operation by its name. All text is UTF-8 with a terminating zero, as u8 literals are.</summary>
internal unsafe ref struct VipsOperation
{
    private nint _operation;

    /// <param name="name">The operation's nickname, for instance <c>jpegload_buffer</c>.</param>
    /// <exception cref="NotSupportedException">This libvips was built without the operation.</exception>
    public VipsOperation(ReadOnlySpan<byte> name)
    {
        fixed (byte* text = name)
            _operation = LibVips.vips_operation_new(text);
        if (_operation == 0)
        {
            throw new NotSupportedException(
                $"this libvips has no {System.Text.Encoding.UTF8.GetString(name)}: install one built with JPEG, PNG, WebP, "
                + "GIF and TIFF.");
        }
    }

    /// <summary>Gives the operation bytes to read, which must stay where they are until it and its outputs are released.</summary>
    public readonly void SetBytes(ReadOnlySpan<byte> property, void* data, nuint length)
    {
        var blob = LibVips.vips_blob_new(0, data, length);
        LibVips.GValue value = default;
        LibVips.g_value_init(&value, LibVips.vips_blob_get_type());
        LibVips.g_value_set_boxed(&value, blob);
        Set(property, &value);
        LibVips.vips_area_unref(blob);
    }

    /// <summary>Gives the operation an image; the caller keeps its own reference.</summary>
    public readonly void SetImage(ReadOnlySpan<byte> property, nint image)
    {
        LibVips.GValue value = default;
        LibVips.g_value_init(&value, LibVips.vips_image_get_type());
        LibVips.g_value_set_object(&value, image);
        Set(property, &value);
    }

    /// <summary>Sets plain options as in libvips' file names: <c>access=sequential,fail-on=error</c>.</summary>
    public readonly void SetOptions(ReadOnlySpan<byte> options)
    {
        fixed (byte* text = options)
        {
            if (LibVips.vips_object_set_from_string(_operation, text) != 0)
            {
                throw new NotSupportedException(
                    $"this libvips does not know the options {System.Text.Encoding.UTF8.GetString(options)}: install 8.12 "
                    + "or later.");
            }
        }
    }

    /// <summary>Runs the operation (a loader reads only the header now); false when it failed.</summary>
    public bool TryRun()
    {
        fixed (nint* operation = &_operation)
            return LibVips.vips_cache_operation_buildp(operation) == 0;
    }

    /// <summary>An output image; the caller owns the reference.</summary>
    public readonly nint TakeImage(ReadOnlySpan<byte> property)
    {
        LibVips.GValue value = default;
        LibVips.g_value_init(&value, LibVips.vips_image_get_type());
        Get(property, &value);
        var image = LibVips.g_object_ref(LibVips.g_value_get_object(&value));
        LibVips.g_value_unset(&value);
        return image;
    }

    /// <summary>A copy of output bytes.</summary>
    public readonly byte[] CopyBytes(ReadOnlySpan<byte> property)
    {
        LibVips.GValue value = default;
        LibVips.g_value_init(&value, LibVips.vips_blob_get_type());
        Get(property, &value);
        nuint length;
        var data = LibVips.vips_blob_get(LibVips.g_value_get_boxed(&value), &length);
        var bytes = new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
        LibVips.g_value_unset(&value);
        return bytes;
    }

    /// <summary>Releases the operation and the outputs that nobody took.</summary>
    public void Dispose()
    {
        if (_operation == 0)
            return;
        LibVips.vips_object_unref_outputs(_operation);
        LibVips.g_object_unref(_operation);
        _operation = 0;
    }

    private readonly void Set(ReadOnlySpan<byte> property, LibVips.GValue* value)
    {
        fixed (byte* text = property)
            LibVips.g_object_set_property(_operation, text, value);
        LibVips.g_value_unset(value);
    }

    private readonly void Get(ReadOnlySpan<byte> property, LibVips.GValue* value)
    {
        fixed (byte* text = property)
            LibVips.g_object_get_property(_operation, text, value);
    }
}
