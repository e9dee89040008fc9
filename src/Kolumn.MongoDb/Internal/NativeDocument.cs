using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Kolumn.MongoDb.Internal;

/// <summary>An empty document of ours that the driver adds to: the options of a command.</summary>
internal sealed unsafe class NativeDocument : IDisposable
{
    private void* _bson;

    /// <summary>Empty.</summary>
    public NativeDocument()
    {
        _bson = NativeMemory.AlignedAlloc(NativeMethods.BsonSize, NativeMethods.BsonSize);
        NativeMethods.InitializeBson(_bson);
    }

    public void* Pointer => _bson;

    /// <summary>https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/.</summary>
    public static JsonObject Read(void* bson, MongoReplyForm form = MongoReplyForm.Relaxed)
    {
        nuint length;
        var text = form == MongoReplyForm.Canonical ? NativeMethods.ToCanonicalJson(bson, &length) : NativeMethods.ToRelaxedJson(bson, &length);
        if (text is null)
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(new ReadOnlySpan<byte>(text, checked((int)length))) as JsonObject ?? [];
        }
        finally
        {
            NativeMethods.Free(text);
        }
    }

    public void Dispose()
    {
        if (_bson is not null)
        {
            NativeMethods.DestroyBson(_bson);
            NativeMemory.AlignedFree(_bson);
            _bson = null;
        }
    }
}
