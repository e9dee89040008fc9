using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>On a generated service class: where its <c>BindService(ServiceBinderBase, TService)</c> is.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public class BindServiceMethodAttribute : Attribute
{
    public BindServiceMethodAttribute([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)] Type bindType, string bindMethodName)
    {
        BindType = bindType;
        BindMethodName = bindMethodName;
    }

    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)]
    public Type BindType { get; }

    public string BindMethodName { get; }
}
