using System.Text;
using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Functions.Mails;

/// <summary>
/// Tells people of images that no run will ever see, because their folder's name is no data set's: one mail for each name,
/// however many images were uploaded, and another one only if they still come a day later.
/// </summary>
internal sealed class MisnamedFolders(IStore bucket, IMailbox mailbox, MailLanguage language, TimeProvider time)
{
    private static readonly TimeSpan Silence = TimeSpan.FromDays(1);

    /// <summary>Mails, unless somebody has been told of this folder already.</summary>
    /// <param name="folder">Its name; empty for <c>datasets/</c> itself.</param>
    /// <param name="log">Where to say what happened.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task TellAsync(string folder, ILambdaLogger log, CancellationToken cancellation)
    {
        var claim = new Claim<MisnamedFolder>(bucket, MisnamedFolder.KeyOf(folder), ContractJson.Readable.MisnamedFolder);
        var now = time.GetUtcNow();
        var told = await claim.FindAsync(cancellation);
        if (told?.Holder is { } before && now - before.ToldAt < Silence)
            return;

        var mine = new MisnamedFolder(folder, now);
        var etag = told is null
            ? await claim.TakeAsync(mine, cancellation)
            : await claim.ReplaceAsync(told.ETag, mine, cancellation);
        if (etag is null)
            return;

        try
        {
            await mailbox.SendAsync(Compose(folder), cancellation);
        }
        catch
        {
            // Nobody has been told: the event comes again, and must find it so, also after its time has run out.
            await claim.ReplaceAsync(etag, mine with { ToldAt = default }, CancellationToken.None);
            throw;
        }

        log.LogWarning("Told that images in {folder} belong to no data set", $"{BucketLayout.Datasets}{Printable.Excerpt(folder)}");
    }

    private Mail Compose(string folder)
    {
        var shown = Printable.Excerpt(folder, 80);
        var suggestion = MisnamedFolder.SuggestionFor(folder);
        var text = new StringBuilder();
        if (language == MailLanguage.French)
        {
            text.Append(folder.Length == 0
                ? "Des images sont arrivées directement sous datasets/, hors de tout jeu de données : aucun calcul ne les verra.\n\n"
                : $"Des images sont arrivées dans datasets/{shown}/, qui n'est pas un nom de jeu de données : aucun calcul ne les verra.\n\n");
            text.Append($"Un nom a de 1 à {DatasetName.MaxLength} lettres ASCII, chiffres, « - » ou « _ », et commence par une lettre ou un chiffre.\n");
            text.Append("Pour déplacer les images sous un nom permis, par exemple celui-ci (le calcul part alors tout seul) :\n  ");
        }
        else
        {
            text.Append(folder.Length == 0
                ? "Images were uploaded directly under datasets/, outside any data set: no run will see them.\n\n"
                : $"Images were uploaded to datasets/{shown}/, which is not a data set's name: no run will see them.\n\n");
            text.Append($"A name is {DatasetName.Rule}, all ASCII.\n");
            text.Append("To move the images to a name that is allowed, such as this one (a run then starts by itself):\n  ");
        }

        text.Append(Move(folder, suggestion)).Append('\n');
        return Mail.Create(
            language == MailLanguage.French
                ? $"Pomona : « {shown} » n'est pas un nom de jeu de données"
                : $"Pomona: '{shown}' is not a data set's name",
            text.ToString());
    }

    /// <summary>The command, for a shell. The name is a stranger's: it is quoted, or not repeated at all.</summary>
    private string Move(string folder, DatasetName suggestion)
    {
        var from = folder.Length > 0 && Printable.Excerpt(folder, folder.Length) == folder
            ? "'" + (bucket.Address + BucketLayout.Datasets + folder + "/").Replace("'", @"'\''", StringComparison.Ordinal) + "'"
            : $"{bucket.Address}{BucketLayout.Datasets}{(folder.Length == 0 ? "" : "NAME/")}";
        // What lies beside the images under datasets/ are the data sets, which stay.
        var which = folder.Length == 0 ? " --exclude '*/*'" : "";
        return $"aws s3 mv --recursive{which} {from} {bucket.Address}{BucketLayout.Dataset(suggestion)}";
    }
}
