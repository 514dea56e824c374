using System.Text;
using System.Text.Json;

namespace CredHelper.Editing;

/// <summary>
/// Shows the braces and names of a JSON document and the values that may be shown. All of a document that is not valid
/// is hidden.
/// </summary>
internal static class JsonMask
{
    public static MaskedText Of(string text, ShownPart shown)
    {
        var masked = new MaskedText(text);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int[] places = PlacesOf(text, bytes.Length);
        try
        {
            Walk(masked, bytes, places, shown);
            return masked;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new MaskedText(text);
        }
    }

    private static void Walk(MaskedText masked, ReadOnlySpan<byte> bytes, int[] places, ShownPart shown)
    {
        int offset = bytes.StartsWith("\uFEFF"u8) ? 3 : 0;
        var reader = new Utf8JsonReader(bytes[offset..], JsonSpan.Strict);
        var path = new List<string>();
        int end = 0;
        while (reader.Read())
        {
            int start = offset + (int)reader.TokenStartIndex;
            // There are only blanks, commas and colons between two tokens.
            masked.Show(places[end], places[start]);
            end = offset + (int)reader.BytesConsumed;
            // The reader consumes the colon after a name with the name.
            int last = start + 1;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    Enter(path, reader.CurrentDepth, reader.GetString()!);
                    last = start + reader.ValueSpan.Length + 2;
                    ShowString(masked, places[start], places[last], path, (_, name) => NameOf(name));
                    break;
                case JsonTokenType.String:
                    last = end;
                    ShowString(
                        masked,
                        places[start],
                        places[last],
                        path,
                        path.Count == reader.CurrentDepth ? shown : (_, _) => null
                    );
                    break;
                case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null:
                    last = end;
                    break;
                default:
                    masked.Show(places[start], places[last]);
                    break;
            }
            end = last;
        }
        masked.Show(places[end], places[^1]);
    }

    /// <summary>Updates the path for a name at that depth; arrays on the way have an empty name.</summary>
    private static void Enter(List<string> path, int depth, string name)
    {
        if (path.Count >= depth)
            path.RemoveRange(depth - 1, path.Count - depth + 1);
        while (path.Count < depth - 1)
            path.Add("");
        path.Add(name);
    }

    private static MaskedText? NameOf(string name)
    {
        if (!MaskedText.IsName(name))
            return null;
        var shown = new MaskedText(name);
        shown.Show(0, name.Length);
        return shown;
    }

    /// <summary>Shows the quotes, and what may be shown of a string without escapes.</summary>
    private static void ShowString(MaskedText masked, int start, int end, IReadOnlyList<string> path, ShownPart shown)
    {
        masked.Show(start, start + 1);
        masked.Show(end - 1, end);
        string text = masked.Text[(start + 1)..(end - 1)];
        if (!text.Contains('\\') && shown(path, text) is { } part)
            masked.ShowPart(part, start + 1);
    }

    /// <summary>The index of the character that each byte belongs to.</summary>
    private static int[] PlacesOf(string text, int length)
    {
        int[] places = new int[length + 1];
        int place = 0,
            at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            places.AsSpan(at, rune.Utf8SequenceLength).Fill(place);
            at += rune.Utf8SequenceLength;
            place += rune.Utf16SequenceLength;
        }
        places[at] = place;
        return places;
    }
}
