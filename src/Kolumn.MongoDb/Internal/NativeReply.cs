using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Kolumn.MongoDb.Internal;

/// <summary>Storage for a reply. The driver makes a document of it whenever it is called, and only then; a failed call included.</summary>
internal sealed unsafe class NativeReply : IDisposable
{
    private readonly void* _storage = NativeMemory.AlignedAlloc(NativeMethods.BsonSize, NativeMethods.BsonSize);
    private bool _isFilled;

    /// <summary>For the call that follows at once.</summary>
    public void* Fill()
    {
        _isFilled = true;
        return _storage;
    }

    public JsonObject ToJson(MongoReplyForm form = MongoReplyForm.Relaxed) => _isFilled ? NativeDocument.Read(_storage, form) : [];

    public void Dispose()
    {
        if (_isFilled)
        {
            NativeMethods.DestroyBson(_storage);
            _isFilled = false;
        }

        NativeMemory.AlignedFree(_storage);
    }
}
