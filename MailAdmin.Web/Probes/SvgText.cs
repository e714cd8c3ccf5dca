using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace MailAdmin.Web.Probes;

/// <summary>A text in a picture. Razor keeps the tag of that name for itself.</summary>
public sealed class SvgText : ComponentBase
{
    /// <summary>From the left.</summary>
    [Parameter, EditorRequired] public string X { get; set; } = "0";

    /// <summary>From the top, of the line that letters stand on.</summary>
    [Parameter, EditorRequired] public string Y { get; set; } = "0";

    /// <summary>The words.</summary>
    [Parameter, EditorRequired] public string Text { get; set; } = "";

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", X);
        builder.AddAttribute(2, "y", Y);
        builder.AddAttribute(3, "text-anchor", "end");
        builder.AddContent(4, Text);
        builder.CloseElement();
    }
}
