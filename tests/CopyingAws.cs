namespace Pomona.Tests;

/// <summary>A program that stands for <c>aws</c> where only one of its commands is asked for.</summary>
internal static class CopyingAws
{
    /// <summary>
    /// The lines of a shell script for
    /// <c>aws s3 cp --only-show-errors --recursive s3://…/ FOLDER/ --exclude * --include PATH…</c>, from a folder in place of
    /// the address: what is not there is not copied, and no error.
    /// </summary>
    public static string From(string folder) => $"""
        to="$6"
        [ "$1 $2 $4 $7 $8" = 's3 cp --recursive --exclude *' ] || exit 252
        shift 8
        while [ "${"{1:-}"}" = --include ]; do
            from='{folder}'/"$2"
            [ ! -f "$from" ] || (mkdir -p "$(dirname "$to$2")" && cp "$from" "$to$2") || exit 1
            shift 2
        done
        """;
}
